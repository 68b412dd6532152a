import type { Link } from "../../src/stats/address.ts";
import type { Condition } from "../../src/stats/question.ts";
import { Icon } from "./icon.tsx";
import { OPERATOR_WORDS, valueText } from "./value-text.ts";

/** What things can be filtered by: a name in addresses, and what people call it. */
export type DimensionLabels = Readonly<Record<string, { readonly label: string }>>;

const PROPERTY = "property:";

/** What a dimension is called; a property by its key. */
export const dimensionLabel = (dimensions: DimensionLabels, dimension: string): string =>
  dimension.startsWith(PROPERTY)
    ? dimension.slice(PROPERTY.length)
    : (dimensions[dimension]?.label ?? dimension);

/** More values than these are counted rather than read out. */
const TOLD = 3;

/** A filter as a sentence: `Source is E-mail or Search`. */
export function filterText(dimensions: DimensionLabels, filter: Condition): string {
  const { dimension, operator, values } = filter;
  const told = values.slice(0, TOLD).map((value) => valueText(dimension, value));
  if (values.length > TOLD) told.push(`${values.length - TOLD} more`);
  const list = told.join(operator === "between" ? " and " : " or ");
  return [dimensionLabel(dimensions, dimension), OPERATOR_WORDS[operator], list]
    .filter(Boolean)
    .join(" ");
}

interface Props {
  /** `/admin/sites/KEY`: where the form of a filter comes from. */
  readonly sitePath: string;
  readonly link: Link;
  readonly filters: readonly Condition[];
  readonly dimensions: DimensionLabels;
  /** The goal that every list is about, and the way to leave it out. */
  readonly goal?: { readonly name: string; readonly href: string } | undefined;
}

/** What is looked at, as chips: a click changes one, `×` removes it. */
export const Filters = ({ sitePath, link, filters, dimensions, goal }: Props) => {
  const form = (index?: number) => {
    const place = index === undefined ? "" : `&n=${index}`;
    return `${sitePath}/filter/form?to=${encodeURIComponent(link())}${place}`;
  };
  return (
    <div class="filters" role="group" aria-label="Filters">
      {filters.map((filter, index) => {
        const text = filterText(dimensions, filter);
        return (
          <span class="chip">
            <FilterMenu form={form(index)} text={text} />
            <a
              class="remove"
              href={link({ filters: filters.filter((_, at) => at !== index) })}
              aria-label={`Remove: ${text}`}
            >
              ×
            </a>
          </span>
        );
      })}
      {goal && (
        <span class="chip">
          <a href={`${sitePath}/goals`}>Goal: {goal.name}</a>
          <a class="remove" href={goal.href} aria-label={`Leave out the goal ${goal.name}`}>
            ×
          </a>
        </span>
      )}
      <FilterMenu form={form()} />
      {filters.length > 1 && (
        <a class="btn quiet" href={link({ filters: [] })}>
          Remove all
        </a>
      )}
    </div>
  );
};

/** The form comes when the menu is opened, so that a page of chips stays light. */
const FilterMenu = ({ form, text }: { form: string; text?: string }) => (
  <details class="menu" hx-get={form} hx-trigger="toggle once" hx-target="find .menu-body">
    {text === undefined ? (
      <summary class="btn quiet">
        <Icon name="plus" />
        Filter
      </summary>
    ) : (
      <summary title="Change this filter">{text}</summary>
    )}
    <div class="panel menu-body">
      <p class="skeleton-line" />
    </div>
  </details>
);
