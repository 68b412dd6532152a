import type { Dimension } from "./dimensions.ts";

// The public contract of statistics: what is asked, whoever answers it. Everything in it can be
// sent to a worker, and as JSON through the API.

/** A stretch of time, epoch ms, half-open. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/**
 * Which events count. Every part of it is asked of each event by itself: "page is /pricing and
 * event is buy" are purchases made on the pricing page.
 */
export type Filter =
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] }
  | { readonly not: Filter }
  | Condition;

export interface Condition {
  readonly dimension: Dimension;
  readonly operator: Operator;
  /**
   * Any of them will do; with an operator that says "not", none may hold. `""` is what has no
   * value. For `between` two numbers, both inclusive; for `is_set` and `is_not_set` none.
   */
  readonly values: readonly string[];
}

/** Text is compared exactly, letter case included, but for `contains`, which takes no notice of it. */
export const OPERATORS = [
  "is",
  "is_not",
  "contains",
  "does_not_contain",
  "starts_with",
  "ends_with",
  "greater",
  "less",
  "between",
  "is_set",
  "is_not_set",
] as const;

export type Operator = (typeof OPERATORS)[number];

/** What a goal or a step of a funnel asks of an event. */
export interface Match {
  readonly kind: "event" | "page";
  /** Name of the event; for a page its path, in which `*` stands for anything. */
  readonly match: string;
}

export const METRICS = [
  /** Distinct visitors with an event that counts. */
  "visitors",
  /** Those of them with such an event in their first session. */
  "new_visitors",
  /** Distinct sessions with an event that counts. */
  "sessions",
  /** Page views. */
  "views",
  /** Events with a definition. */
  "events",
  /** Views and events together, by visitors. */
  "events_per_visitor",
  /** Share of sessions, 0 to 1, with one view and nothing else. */
  "bounce_rate",
  /** Average length of the sessions, ms. */
  "session_time",
  /** Average time a viewed page was looked at, ms, over views for which it is known. */
  "engaged_time",
  /** Average of how far viewed pages were seen, percent, over views for which it is known. */
  "scroll_depth",
  /** Distinct visitors who also reached the goal of the question in its period. */
  "conversions",
  /** Their share of the visitors, 0 to 1. */
  "conversion_rate",
] as const;

/** A metric, or the sum, average or count of a property's numbers over the events that count. */
export type Metric =
  (typeof METRICS)[number] | `sum:${string}` | `average:${string}` | `count:${string}`;

/** One question of one shape, from which all figures and lists come. */
export interface Question {
  readonly siteIds: readonly number[];
  readonly period: Stretch;
  /** IANA name; for hours and weekdays. */
  readonly zone: string;
  readonly filter?: Filter | undefined;
  readonly metrics: readonly Metric[];
  /** None: totals only. One or two dimensions, or `time` (then `buckets` is needed). */
  readonly by?: readonly (Dimension | "time")[] | undefined;
  /** Where each bucket of time begins, rising, the first at `period.from`. */
  readonly buckets?: readonly number[] | undefined;
  /**
   * Only groups whose first key contains this, whatever the letter case. Totals are not touched.
   */
  readonly search?: string | undefined;
  /**
   * By what rows are ordered; the first metric, largest first, if not said. `key` is by name.
   * Equal ones are in order of their keys. Rows by `time` are always in order of time.
   */
  readonly order?: { readonly by: Metric | "key"; readonly descending: boolean } | undefined;
  /** 100 if not said, at most 100,000. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly goal?: Match | undefined;
  /** Asks the same of another period, for comparison. */
  readonly compare?: { readonly period: Stretch; readonly buckets?: readonly number[] } | undefined;
}

/** A figure; `null` where there is nothing to divide by. */
export type Value = number | null;

export interface AnswerRow {
  /** One for each of `by`; for `time` the number of the bucket. `""` is what has no value. */
  readonly keys: readonly string[];
  /** One for each metric. */
  readonly values: readonly Value[];
  /** The same row in the period of comparison; zeros if it was not there. Not by `time`. */
  readonly before?: readonly Value[];
}

export interface Answer {
  readonly totals: readonly Value[];
  readonly totalsBefore?: readonly Value[];
  /** By `time` alone: one for each bucket, also empty ones. */
  readonly rows: readonly AnswerRow[];
  /** By `time` alone, with a comparison: the buckets of that. */
  readonly rowsBefore?: readonly AnswerRow[];
  /** How many groups there are, for paging. */
  readonly groups: number;
}

/**
 * Ordered steps by visitor: each after the one before it, all within a time of the first.
 *
 * Of a visitor's tries the one that came furthest counts.
 */
export interface FunnelQuestion {
  readonly siteIds: readonly number[];
  readonly period: Stretch;
  readonly zone: string;
  readonly filter?: Filter | undefined;
  /** 2 to 8. */
  readonly steps: readonly Match[];
  readonly withinMs: number;
  /** By what the visitor's first event of the first step says. */
  readonly by?: Dimension | undefined;
}

export interface FunnelAnswer {
  readonly steps: readonly FunnelStep[];
  /** By size of the first step, at most 20. */
  readonly groups: readonly { readonly key: string; readonly visitors: readonly number[] }[];
}

export interface FunnelStep {
  /** Visitors who came this far. */
  readonly visitors: number;
  /** From the step before, of those who came this far, ms; null for the first. */
  readonly averageMs: Value;
  readonly medianMs: Value;
}

/** Who comes back: cohorts by their first session or first event, and when they were active again. */
export interface RetentionQuestion {
  readonly siteIds: readonly number[];
  readonly period: Stretch;
  readonly zone: string;
  readonly filter?: Filter | undefined;
  /** Where each day, week or month begins, rising, the first at `period.from`; 1 to 400. */
  readonly buckets: readonly number[];
  /** What makes a visitor of a cohort: `first visit`, or the first such event in the period. */
  readonly begins: "first visit" | Match;
  /** What counts as coming back: anything, or such an event. */
  readonly returns: "anything" | Match;
}

export interface RetentionAnswer {
  /** One for each bucket: visitors, and how many of them were active 0, 1, 2 … buckets later. */
  readonly cohorts: readonly { readonly visitors: number; readonly active: readonly number[] }[];
}

/** The last times something happened, with everything recorded. */
export interface OccurrencesQuestion {
  readonly siteIds: readonly number[];
  readonly period: Stretch;
  readonly zone: string;
  readonly filter?: Filter | undefined;
  /** At most 200. */
  readonly limit: number;
  /** Only those before this one, for the next page. */
  readonly before?: { readonly at: number; readonly key: string } | undefined;
  /** Also events without a definition: for the live view and for exports. */
  readonly all?: boolean | undefined;
}

/** An occurrence of an event with everything recorded. */
export interface Happening {
  readonly siteId: number;
  /** Names it within the site: session and place in it, `SESSION.PLACE`. */
  readonly key: string;
  readonly at: number;
  readonly event: string;
  readonly page: string;
  readonly title: string;
  readonly host: string;
  readonly sessionId: number;
  readonly visitorId: number;
  readonly visitorNumber: number;
  readonly isNew: boolean;
  readonly contactId: number | null;
  readonly entryPage: string;
  readonly source: string;
  readonly referrer: string;
  readonly utmSource: string;
  readonly utmMedium: string;
  readonly utmCampaign: string;
  readonly utmTerm: string;
  readonly utmContent: string;
  readonly country: string;
  readonly region: string;
  readonly city: string;
  readonly language: string;
  readonly device: string;
  readonly browser: string;
  readonly browserVersion: string;
  readonly system: string;
  /** 0 where unknown. */
  readonly screen: number;
  /** Ms the page was looked at, and percent seen; null where not known or not a view. */
  readonly engagedMs: number | null;
  readonly scroll: number | null;
  readonly properties: Readonly<Record<string, unknown>> | null;
}

/** What is known of the values of an event's properties. */
export interface PropertiesQuestion {
  readonly siteIds: readonly number[];
  readonly period: Stretch;
  readonly zone: string;
  readonly filter?: Filter | undefined;
}

export interface PropertySummary {
  readonly key: string;
  /** Events that have it. */
  readonly events: number;
  readonly visitors: number;
  /** Of those whose value is a number; undefined if none is. */
  readonly numbers?: {
    readonly count: number;
    readonly sum: number;
    readonly min: number;
    readonly max: number;
    /** At most 20 of equal width, from `min` to `max`, the last one closed. */
    readonly bins: readonly {
      readonly from: number;
      readonly until: number;
      readonly count: number;
    }[];
  };
  /** The most frequent values, at most 10, as in a filter. */
  readonly top: readonly { readonly value: string; readonly events: number }[];
  readonly distinct: number;
}
