import { Refusal } from "../lib/errors.ts";
import { COMPARISONS, type Comparison } from "./comparison.ts";
import { checkCondition } from "./condition.ts";
import { DEFAULT_PERIOD, UNITS, type PeriodInput, type Unit } from "./period.ts";
import { METRICS, type Condition } from "./question.ts";

export type PlainMetric = (typeof METRICS)[number];

/** Those that stand above the chart of every report. */
export const CARD_METRICS: readonly PlainMetric[] = [
  "visitors",
  "sessions",
  "views",
  "bounce_rate",
  "session_time",
  "engaged_time",
  "events",
];

/** What the address of a report says: everything that somebody chose on it. */
export interface Address {
  readonly period: string;
  /** First and last day, of a period of one's own. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly compare: Comparison;
  /** What a bucket of the chart is; what suits the period, if not said. */
  readonly unit?: Unit | undefined;
  readonly metric: PlainMetric;
  /** Id of a goal. */
  readonly goal?: number | undefined;
  /** All of them must hold. */
  readonly filters: readonly Condition[];
  /** What else a screen keeps in its address, such as the order of a list. */
  readonly more: readonly (readonly [name: string, value: string])[];
}

export const EMPTY_ADDRESS: Address = {
  period: DEFAULT_PERIOD,
  compare: "previous",
  metric: "visitors",
  filters: [],
  more: [],
};

/** More than a person can keep in mind; each costs a pass over a column. */
const MOST_FILTERS = 20;
/** Said once, of one list or of one part: not kept when something else is chosen. */
const PASSING = new Set(["notice", "of", "offset", "tab"]);

/**
 * Reads what was chosen from the query of an address: `period=30d&f=is,page,/pricing`.
 *
 * Names of its own are `period`, `from`, `until`, `compare`, `unit`, `metric`, `goal` and, once
 * for each filter, `f`: operator, dimension and values with commas between them, in which `,`
 * stands as `%2C` and `%` as `%25`. Of names said twice the last counts.
 *
 * @returns What can be understood, and a sentence about each thing that cannot. Whether the
 *   days of a period exist is not looked at here.
 */
export function parseAddress(query: string | URLSearchParams): {
  address: Address;
  errors: string[];
} {
  const errors: string[] = [];
  const filters: Condition[] = [];
  const more: [string, string][] = [];
  const said: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    try {
      if (name === "f") filters.push(parseFilter(value));
      else if (Object.hasOwn(READERS, name)) {
        said[name] = READERS[name as keyof typeof READERS](value);
      } else if (!PASSING.has(name)) more.push([name, value]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      errors.push(error.message);
    }
  }
  if (filters.length > MOST_FILTERS) {
    errors.push(`${MOST_FILTERS} filters at most: the others are left out`);
  }
  const kept = filters.slice(0, MOST_FILTERS);
  return { address: { ...EMPTY_ADDRESS, ...said, filters: kept, more }, errors };
}

const READERS = {
  period: (text: string) => text,
  from: (text: string) => text,
  until: (text: string) => text,
  compare: (text: string) => oneOf(COMPARISONS, text, "comparison"),
  unit: (text: string) => oneOf(UNITS, text, "unit of time"),
  metric: (text: string) => oneOf(METRICS, text, "figure"),
  goal(text: string): number {
    if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
    throw new Refusal("invalid", `There is no goal "${text.slice(0, 40)}"`);
  },
};

function oneOf<T extends string>(known: readonly T[], text: string, what: string): T {
  const found = known.find((each) => each === text);
  if (found !== undefined) return found;
  throw new Refusal("invalid", `There is no ${what} "${text.slice(0, 40)}"`);
}

/** Reads one filter, `is,page,/a,/b`. @throws {Refusal} `invalid`, if it cannot be asked. */
export function parseFilter(text: string): Condition {
  const [operator = "", dimension = "", ...values] = text.split(",").map(unescape);
  return checkCondition(dimension, operator, values);
}

/** A filter as it stands in an address, before the address's own encoding. */
export const printFilter = ({ operator, dimension, values }: Condition): string =>
  [operator, dimension, ...values].map(escape).join(",");

const escape = (part: string) => part.replaceAll("%", "%25").replaceAll(",", "%2C");
const unescape = (part: string) => part.replaceAll("%2C", ",").replaceAll("%25", "%");

/** The query of an address, without `?`; what is as usual is left out. */
export function printAddress(address: Address): string {
  const { period, from, until, compare, unit, metric, goal, filters, more } = address;
  const isOwn = period === "custom";
  const pairs: (readonly [string, string | undefined])[] = [
    ["period", period === EMPTY_ADDRESS.period ? undefined : period],
    ["from", isOwn ? from : undefined],
    ["until", isOwn ? until : undefined],
    ["compare", compare === EMPTY_ADDRESS.compare ? undefined : compare],
    ["unit", unit],
    ["metric", metric === EMPTY_ADDRESS.metric ? undefined : metric],
    ["goal", goal?.toString()],
    ...filters.map((filter) => ["f", printFilter(filter)] as const),
    ...more,
  ];
  return pairs
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
}

/** What people read in an address shall look like what it says, as far as a query allows. */
const encode = (text: string) =>
  // Most of it is plain, and a page of statistics has some hundred links.
  PLAIN.test(text)
    ? text
    : encodeURIComponent(text.toWellFormed())
        .replaceAll("%2C", ",")
        .replaceAll("%2F", "/")
        .replaceAll("%3A", ":")
        .replaceAll("%20", "+");

const PLAIN = /^[\w.,/:-]*$/;

/** What a period is read from. */
export const periodInput = ({ period, from, until, unit }: Address): PeriodInput => ({
  period,
  from,
  until,
  unit,
});

/** An address in which something else is chosen; a function, so that views need no rules. */
export type Link = (change?: Partial<Address>) => string;

/** Links of a screen: what is not changed stays. */
export const linksFrom =
  (path: string, address: Address): Link =>
  (change = {}) => {
    const query = printAddress({ ...address, ...change });
    return query === "" ? path : `${path}?${query}`;
  };
