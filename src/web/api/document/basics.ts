import { DIMENSIONS } from "../../../stats/dimensions.ts";
import { METRICS, OPERATORS } from "../../../stats/question.ts";
import type { Definitions, Schema } from "../../../lib/json-schema.ts";

/** The address of a schema within the document. */
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** Schemas by the name they have in the document, as `faultOf()` finds them. */
export const define = (schemas: Readonly<Record<string, Schema>>): Definitions =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [`#/components/schemas/${name}`, schema]),
  );

export const object = (
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = Object.keys(properties),
  description?: string,
): Schema => ({
  type: "object",
  ...(description !== undefined && { description }),
  properties,
  required,
  additionalProperties: false,
});

export const list = (items: Schema, more: Schema = {}): Schema => ({
  type: "array",
  items,
  ...more,
});

export const text = (description: string, more: Schema = {}): Schema => ({
  type: "string",
  description,
  ...more,
});

export const number = (description: string, more: Schema = {}): Schema => ({
  type: "number",
  description,
  ...more,
});

export const whole = (description: string, more: Schema = {}): Schema => ({
  type: "integer",
  description,
  ...more,
});

/** A moment in an answer. */
export const time = (description: string, more: Schema = {}): Schema =>
  text(description, { format: "date-time", ...more });

const PROPERTY_NAME = "property:.{1,100}";
const METRIC = `^(?:${METRICS.join("|")}|(?:sum|average|count):.{1,100})$`;
const DIMENSION = `^(?:${Object.keys(DIMENSIONS).join("|")}|${PROPERTY_NAME})$`;

const condition = object(
  {
    dimension: ref("Dimension"),
    operator: { enum: OPERATORS },
    values: list({ type: "string", maxLength: 2000 }, { maxItems: 100 }),
  },
  ["dimension", "operator", "values"],
  'Any of the values will do; with an operator that says "not", none may hold. `""` is what has ' +
    "no value. `between` takes two numbers, both inclusive; `is_set` and `is_not_set` take none. " +
    "Text is compared exactly, but `contains` takes no notice of letter case.",
);

const DAY = "\\d{4}-\\d{2}-\\d{2}";
const CLOCK = "T\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,3})?)?(?:Z|[+-]\\d{2}:\\d{2})";

/** What questions are made of. */
export const BASICS = define({
  Error: object(
    {
      error: text("What is wrong and how to mend it, for a person"),
      field: text("Which part of the request is meant", { examples: ["period.from"] }),
    },
    ["error"],
  ),
  Moment: {
    description:
      "A day of the zone, a time with its offset, or epoch milliseconds. As the end of a period " +
      "a day is counted whole, a time or a number is not counted any more.",
    anyOf: [{ type: "string", pattern: `^${DAY}(?:${CLOCK})?$` }, { type: "integer" }],
    "x-says":
      "must be a day like 2026-11-30, a time like 2026-11-30T12:00:00Z, or epoch milliseconds",
    examples: ["2026-11-30"],
  },
  Period: object({ from: ref("Moment"), until: ref("Moment") }),
  SiteKeys: list(text("Key of a site", { maxLength: 40 }), {
    minItems: 1,
    maxItems: 50,
    description: "Keys of the sites asked about; figures of several are added up",
  }),
  Zone: text("IANA name of the time zone whose days, hours and weekdays are meant", {
    default: "UTC",
    maxLength: 64,
    examples: ["Europe/Berlin"],
  }),
  Dimension: text(
    `One of ${Object.keys(DIMENSIONS).join(", ")}; or a property of events, \`property:color\``,
    { pattern: DIMENSION, "x-says": "must be a dimension such as page, source or property:color" },
  ),
  Metric: text(
    `One of ${METRICS.join(", ")}; or \`sum:price\`, \`average:price\`, \`count:price\` of a ` +
      "property's numbers. Shares are from 0 to 1, times in milliseconds, scroll depth in percent",
    { pattern: METRIC, "x-says": "must be a metric such as visitors, bounce_rate or sum:price" },
  ),
  Condition: condition,
  Filter: {
    description:
      "Which events count; asked of each event by itself. A session or a visitor counts when one " +
      "of its events does.",
    anyOf: [
      object({ all: list(ref("Filter"), { maxItems: 100 }) }),
      object({ any: list(ref("Filter"), { maxItems: 100 }) }),
      object({ not: ref("Filter") }),
      ref("Condition"),
    ],
    "x-says":
      'must be {"dimension", "operator", "values"}, {"all": […]}, {"any": […]} or {"not": …}',
    examples: [{ dimension: "page", operator: "is", values: ["/pricing"] }],
  },
  Match: object(
    {
      kind: { enum: ["event", "page"] },
      match: text("Name of the event; path of the page, in which `*` stands for anything", {
        minLength: 1,
        maxLength: 500,
      }),
    },
    ["kind", "match"],
    "An event or a page",
  ),
  Span: object({ from: time("Its beginning"), until: time("Its end, not a part of it") }),
});
