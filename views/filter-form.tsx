import type { Operator } from "../src/stats/question.ts";
import { Pick } from "./parts/field.tsx";
import { dimensionLabel, type DimensionLabels } from "./parts/filters.tsx";
import { count, plural } from "./parts/text.ts";
import { OPERATOR_WORDS, valueText } from "./parts/value-text.ts";

const PROPERTY = "property:";

/** What belongs together in the list of what can be filtered by. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ["Pages", ["page", "entry_page", "exit_page", "title", "host"]],
  [
    "Sources",
    ["source", "referrer", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"],
  ],
  ["Places", ["country", "region", "city", "language"]],
  ["Devices", ["device", "browser", "browser_version", "system", "screen"]],
  ["People and time", ["visitor", "contact", "hour", "weekday"]],
  ["Events", ["event", PROPERTY]],
];

export interface FilterFormProps {
  /** `/admin/sites/KEY`. */
  readonly sitePath: string;
  /** The report it is for: path and query. */
  readonly to: string;
  /** Which of its filters is changed; a new one, if not said. */
  readonly index: number | undefined;
  readonly dimension: string;
  readonly operator: Operator;
  readonly values: readonly string[];
  readonly dimensions: DimensionLabels;
  readonly operators: readonly Operator[];
  /** How many values the operator takes. */
  readonly valueCount: readonly [least: number, most: number];
  /** The only values there are, if so. */
  readonly fixed?: readonly string[] | undefined;
  readonly isNumeric: boolean;
  /** What cannot be known of this site, and why. */
  readonly unavailable?: string | undefined;
  readonly error?: { readonly message: string; readonly field?: string | undefined } | undefined;
}

/** A filter as a sentence whose parts can be changed; a change of the first two asks anew. */
export const FilterForm = (props: FilterFormProps) => {
  const { sitePath, to, index, dimension, operator, dimensions, error } = props;
  const isProperty = dimension.startsWith(PROPERTY);
  const key = isProperty ? dimension.slice(PROPERTY.length) : "";
  return (
    <form
      class="filter-form"
      hx-get={`${sitePath}/filter`}
      hx-target="this"
      hx-swap="outerHTML"
      novalidate
    >
      <input type="hidden" name="to" value={to} />
      {index !== undefined && <input type="hidden" name="n" value={index} />}
      <input type="hidden" name="was" value={isProperty ? PROPERTY : dimension} />
      <div
        class="filter-what"
        hx-get={`${sitePath}/filter/form`}
        hx-trigger="change"
        hx-include="closest form"
        hx-target="closest form"
        hx-swap="outerHTML"
      >
        <DimensionPick dimensions={dimensions} value={isProperty ? PROPERTY : dimension} />
        {isProperty && (
          <input
            name="property"
            aria-label="Property"
            placeholder="Name of the property"
            value={key}
            maxlength={100}
            aria-invalid={error?.field === "dimension"}
          />
        )}
        <Pick
          name="operator"
          label="Comparison"
          value={operator}
          options={props.operators.map((each) => [each, OPERATOR_WORDS[each] ?? each])}
        />
      </div>
      <Values {...props} />
      {error && (
        <p class="error" role="alert">
          {error.message}
        </p>
      )}
      {props.unavailable && <p class="note">{props.unavailable}</p>}
      <button class="btn main" disabled={props.unavailable !== undefined}>
        {index === undefined ? "Add filter" : "Change filter"}
      </button>
    </form>
  );
};

const DimensionPick = ({ dimensions, value }: { dimensions: DimensionLabels; value: string }) => (
  <select name="dimension" aria-label="Filter by">
    {GROUPS.map(([group, names]) => (
      <optgroup label={group}>
        {names.map((name) => (
          <option value={name} selected={name === value}>
            {name === PROPERTY ? "Event property" : dimensionLabel(dimensions, name)}
          </option>
        ))}
      </optgroup>
    ))}
  </select>
);

const Values = (props: FilterFormProps) => {
  const { operator, values, valueCount, fixed, isNumeric } = props;
  if (valueCount[1] === 0) return null;
  if (operator === "between") {
    return (
      <div class="row-of tight">
        <ValueInput value={values[0]} label="From" isNumeric error={props.error} />
        <span class="muted">and</span>
        <ValueInput value={values[1]} label="To" isNumeric error={props.error} />
      </div>
    );
  }
  if (isNumeric && valueCount[1] === 1) {
    return <ValueInput value={values[0]} label="Value" isNumeric error={props.error} />;
  }
  if (fixed) return <FixedValues {...props} fixed={fixed} />;
  const takesWhole = operator === "is" || operator === "is_not";
  return takesWhole ? <WholeValues {...props} /> : <TypedValues {...props} />;
};

const ValueInput = ({
  value = "",
  label,
  isNumeric = false,
  list,
  error,
}: {
  value?: string | undefined;
  label: string;
  isNumeric?: boolean;
  list?: string;
  error: FilterFormProps["error"];
}) => (
  <input
    name="typed"
    aria-label={label}
    placeholder={label}
    value={value}
    maxlength={2000}
    list={list}
    inputmode={isNumeric ? "decimal" : undefined}
    autocomplete="off"
    aria-invalid={error?.field === "value"}
  />
);

const FixedValues = ({
  dimension,
  values,
  fixed,
}: FilterFormProps & { fixed: readonly string[] }) => (
  <div class="checks" role="group" aria-label="Values">
    {fixed.map((value) => (
      <Check value={value} text={valueText(dimension, value)} checked={values.includes(value)} />
    ))}
  </div>
);

const Check = ({
  value,
  text,
  checked,
  visitors,
}: {
  value: string;
  text: string;
  checked: boolean;
  visitors?: number;
}) => (
  <label class="check" title={text}>
    <input type="checkbox" name="value" value={value} checked={checked} aria-label={text} />
    <span class="cut">{text}</span>
    {visitors !== undefined && (
      <span class="num muted" title={plural(visitors, "visitor")}>
        {count(visitors)}
      </span>
    )}
  </label>
);

/** Parts of a text are typed: those there are, and room for one more. */
const TypedValues = ({ values, error }: FilterFormProps) => (
  <div class="stack tight">
    {[...values, ""].map((value, index) => (
      <ValueInput value={value} label={index === 0 ? "Text" : "or"} error={error} />
    ))}
  </div>
);

/** Whole values are chosen from the most frequent, which are asked for apart, or typed. */
const WholeValues = ({ sitePath, to, index, dimension, values, error }: FilterFormProps) => {
  const query = new URLSearchParams({ to, dimension });
  if (index !== undefined) query.set("n", String(index));
  return (
    <>
      <div class="checks" role="group" aria-label="Values">
        {values.map((value) => (
          <Check value={value} text={valueText(dimension, value)} checked />
        ))}
        <div
          class="checks"
          hx-get={`${sitePath}/filter/values?${query}${values.map((value) => `&has=${encodeURIComponent(value)}`).join("")}`}
          hx-trigger="load"
          hx-swap="outerHTML"
        >
          <p class="skeleton-line" />
          <p class="skeleton-line" />
          <p class="skeleton-line" />
        </div>
      </div>
      <ValueInput label="Another value" list={listId(index)} error={error} />
    </>
  );
};

/** Several menus may be open on a page. */
const listId = (index: number | undefined) => `filter-values-${index ?? "new"}`;

interface SuggestedProps {
  readonly index: number | undefined;
  readonly dimension: string;
  /** The most frequent first. */
  readonly values: readonly { readonly value: string; readonly visitors: number }[];
  /** Those that stand there already. */
  readonly has: readonly string[];
  readonly error?: string | undefined;
}

/** As many as can be read over; the others help whoever types. */
const SHOWN = 8;

/** The most frequent values of a dimension in the period, to choose from. */
export const SuggestedValues = ({ index, dimension, values, has, error }: SuggestedProps) => {
  const others = values.filter(({ value }) => !has.includes(value));
  if (error !== undefined) return <p class="muted small">{error}</p>;
  if (others.length === 0 && has.length === 0) {
    return <p class="muted small">Nothing of this was recorded in the period.</p>;
  }
  return (
    <>
      {others.slice(0, SHOWN).map(({ value, visitors }) => (
        <Check
          value={value}
          text={valueText(dimension, value)}
          checked={false}
          visitors={visitors}
        />
      ))}
      <datalist id={listId(index)}>
        {others.slice(SHOWN).map(({ value }) => (
          <option value={value} />
        ))}
      </datalist>
    </>
  );
};
