import { define, list, number, object, ref, text, time, whole } from "./basics.ts";
import type { Schema } from "../../../lib/json-schema.ts";

const base = { siteKeys: ref("SiteKeys"), period: ref("Period"), zone: ref("Zone") };
const value: Schema = { type: ["number", "null"] };
const values: Schema = {
  type: "object",
  additionalProperties: value,
  description: "By metric; `null` where there is nothing to divide by",
};

/** Questions about figures, and their answers. */
export const QUESTIONS = define({
  StatsQuestion: object(
    {
      ...base,
      filter: ref("Filter"),
      metrics: list(ref("Metric"), { minItems: 1, maxItems: 20 }),
      by: list(
        { anyOf: [{ const: "time" }, ref("Dimension")], "x-says": "must be `time` or a dimension" },
        {
          maxItems: 2,
          description:
            "What rows are grouped by; nothing gives totals only. `time` needs `buckets`",
        },
      ),
      buckets: { enum: ["hour", "day", "week", "month"], description: "How long a row of time is" },
      search: text("Only rows whose first key contains this; totals are not touched", {
        maxLength: 200,
      }),
      order: object(
        {
          by: {
            anyOf: [{ const: "key" }, ref("Metric")],
            description: "A metric, or `key`",
            "x-says": "must be `key` or one of the metrics",
          },
          descending: { type: "boolean" },
        },
        ["by", "descending"],
        "By the first metric, largest first, if not said; rows of time are in order of time",
      ),
      limit: whole("Rows at most", { minimum: 1, maximum: 10_000, default: 100 }),
      offset: whole("Rows left out at the beginning", { minimum: 0, default: 0 }),
      goal: ref("Match"),
      compare: {
        enum: ["previous", "year"],
        description:
          "Asks the same of the stretch just before, or of a year ago; of a period that still " +
          "goes on, up to the same moment",
      },
    },
    ["siteKeys", "period", "metrics"],
  ),
  Row: object(
    {
      keys: {
        type: "object",
        additionalProperties: { type: "string" },
        description: 'By dimension; `""` is what has no value. `time` is where its bucket begins',
      },
      values,
      before: values,
    },
    ["keys", "values"],
  ),
  StatsAnswer: object(
    {
      period: ref("Span"),
      comparedWith: ref("Span"),
      totals: values,
      totalsBefore: values,
      rows: list(ref("Row")),
      rowsBefore: list(ref("Row"), {
        description: "By `time` with a comparison: the buckets of the period compared with",
      }),
      groups: whole("How many rows there are without limit and offset"),
    },
    ["period", "totals", "rows", "groups"],
  ),

  FunnelQuestion: object(
    {
      ...base,
      filter: ref("Filter"),
      steps: list(ref("Match"), { minItems: 2, maxItems: 8 }),
      withinMs: whole("From the first step to the last, at most", {
        minimum: 1000,
        maximum: 366 * 24 * 60 * 60 * 1000,
        default: 86_400_000,
      }),
      by: ref("Dimension"),
    },
    ["siteKeys", "period", "steps"],
  ),
  FunnelAnswer: object({
    period: ref("Span"),
    steps: list(
      object({
        kind: { enum: ["event", "page"] },
        match: text("As in the question"),
        visitors: whole("Who came this far"),
        averageMs: { ...value, description: "From the step before; `null` for the first" },
        medianMs: value,
      }),
    ),
    groups: list(
      object({ key: text("Value of the dimension"), visitors: list(whole("By step")) }),
      {
        description: "By `by`: the largest, at most 20",
      },
    ),
  }),

  RetentionQuestion: object(
    {
      ...base,
      filter: ref("Filter"),
      buckets: { enum: ["day", "week", "month"], default: "week" },
      begins: {
        anyOf: [{ const: "first visit" }, ref("Match")],
        default: "first visit",
        description: "What makes a visitor of a cohort",
        "x-says": 'must be "first visit", or an event or page as {"kind", "match"}',
      },
      returns: {
        anyOf: [{ const: "anything" }, ref("Match")],
        default: "anything",
        description: "What counts as coming back",
        "x-says": 'must be "anything", or an event or page as {"kind", "match"}',
      },
    },
    ["siteKeys", "period"],
  ),
  RetentionAnswer: object({
    period: ref("Span"),
    cohorts: list(
      object({
        begins: time("Where its bucket begins"),
        visitors: number("How many began then"),
        active: list(whole("Active 0, 1, 2 … buckets later")),
      }),
    ),
  }),
});
