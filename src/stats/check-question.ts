import { isZone } from "../lib/zone-time.ts";
import { checkDimension, checkFilter, checkMatch, checkObject, refuse } from "./check-filter.ts";
import { METRICS, type Metric, type Question, type Stretch } from "./question.ts";

const MOST_SITES = 1000;
const MOST_METRICS = 30;
const MOST_BUCKETS = 10_000;
const MOST_ROWS = 100_000;
const LONGEST_SEARCH = 200;
/** The latest moment that a `Date` can be. */
const LAST_MS = 8.64e15;

const PARTS = [
  "siteIds",
  "period",
  "zone",
  "filter",
  "metrics",
  "by",
  "buckets",
  "search",
  "order",
  "limit",
  "offset",
  "goal",
  "compare",
] as const satisfies readonly (keyof Question)[];

/**
 * Reads a question from outside.
 *
 * Whether its sites exist and may be seen is not asked here.
 *
 * @throws {Refusal} `invalid`, naming the part that is wrong and what it should be.
 */
export function checkQuestion(input: unknown): Question {
  const object = checkObject(input, "The question", PARTS);
  const period = checkStretch(object.period, '"period"');
  const by = ifGiven(object.by, checkBy);
  const metrics = checkMetrics(object.metrics);
  const question: Question = {
    siteIds: checkSites(object.siteIds),
    period,
    zone: checkZone(object.zone),
    filter: ifGiven(object.filter, checkFilter),
    metrics,
    by,
    buckets: ifGiven(object.buckets, (given) => checkBuckets(given, period, '"buckets"')),
    search: ifGiven(object.search, checkSearch),
    order: ifGiven(object.order, (given) => checkOrder(given, metrics)),
    limit: ifGiven(object.limit, (given) => checkCount(given, '"limit"', 1, MOST_ROWS)),
    offset: ifGiven(object.offset, (given) => checkCount(given, '"offset"', 0, 2 ** 31)),
    goal: ifGiven(object.goal, checkMatch),
    compare: ifGiven(object.compare, checkCompare),
  };
  checkWhole(question);
  return question;
}

const ifGiven = <T>(input: unknown, check: (given: unknown) => T): T | undefined =>
  input === undefined || input === null ? undefined : check(input);

/** What only shows when its parts are seen together. */
function checkWhole({ by = [], buckets, metrics, goal, compare }: Question): void {
  if (by.includes("time")) {
    if (!buckets) refuse('To group by "time", say in "buckets" where each bucket begins');
    if (by.length === 1 && compare && !compare.buckets) {
      refuse('To compare by "time", say in "compare.buckets" where each bucket begins');
    }
  }
  const converted = metrics.find((metric) => metric.startsWith("conversion"));
  if (converted !== undefined && !goal) refuse(`"${converted}" needs a "goal"`);
}

function checkSites(input: unknown): number[] {
  const isId = (id: unknown) => Number.isSafeInteger(id) && (id as number) > 0;
  if (!Array.isArray(input) || input.length === 0 || !input.every(isId)) {
    return refuse('"siteIds" must be a list of ids');
  }
  if (input.length > MOST_SITES) refuse(`"siteIds" may have ${MOST_SITES} ids`);
  return [...new Set(input as number[])];
}

function checkStretch(input: unknown, where: string): Stretch {
  const { from, until } = checkObject(input, where, ["from", "until"]);
  const isMoment = (at: unknown) => Number.isSafeInteger(at) && Math.abs(at as number) <= LAST_MS;
  if (!isMoment(from) || !isMoment(until)) {
    return refuse(`${where} needs "from" and "until" in milliseconds since 1970`);
  }
  const stretch = { from: from as number, until: until as number };
  if (stretch.from >= stretch.until) refuse(`${where} must begin before it ends`);
  return stretch;
}

function checkZone(input: unknown): string {
  if (typeof input === "string" && isZone(input)) return input;
  return refuse('"zone" must be the name of a time zone such as Europe/Berlin');
}

function checkMetrics(input: unknown): Metric[] {
  if (!Array.isArray(input) || input.length === 0 || input.length > MOST_METRICS) {
    return refuse(`"metrics" must be a list of 1 to ${MOST_METRICS} names`);
  }
  return [...new Set(input.map(checkMetric))];
}

/** @throws {Refusal} `invalid`, if there is no such metric. */
export function checkMetric(input: unknown): Metric {
  const name = typeof input === "string" ? input : "";
  if ((METRICS as readonly string[]).includes(name)) return name as Metric;
  if (/^(sum|average|count):.{1,100}$/s.test(name)) return name as Metric;
  const names = METRICS.join(", ");
  return refuse(
    `There is no metric "${name.slice(0, 40)}"; there are ${names}, sum:KEY, average:KEY and count:KEY`,
  );
}

function checkBy(input: unknown): NonNullable<Question["by"]> {
  if (!Array.isArray(input) || input.length > 2) {
    return refuse('"by" must be a list of no more than two dimensions');
  }
  const by = input.map((name) => (name === "time" ? name : checkDimension(name)));
  if (by.length === 2 && by[0] === by[1]) refuse('"by" must not name a dimension twice');
  return by;
}

function checkBuckets(input: unknown, period: Stretch, where: string): number[] {
  if (!Array.isArray(input) || input.length === 0 || input.length > MOST_BUCKETS) {
    return refuse(`${where} must be a list of 1 to ${MOST_BUCKETS} moments`);
  }
  const rises = input.every(
    (at, index) =>
      Number.isSafeInteger(at) && at < period.until && (index === 0 || at > input[index - 1]),
  );
  if (!rises || input[0] !== period.from) {
    refuse(`${where} must rise from the beginning of the period and stay in it`);
  }
  return input as number[];
}

function checkSearch(input: unknown): string {
  if (typeof input === "string" && input.length <= LONGEST_SEARCH) return input;
  return refuse(`"search" must be a text of no more than ${LONGEST_SEARCH} characters`);
}

function checkOrder(input: unknown, metrics: readonly Metric[]): NonNullable<Question["order"]> {
  const { by, descending = true } = checkObject(input, '"order"', ["by", "descending"]);
  if (by !== "key" && !metrics.includes(by as Metric)) {
    refuse('"order.by" must be "key" or one of "metrics"');
  }
  if (typeof descending !== "boolean") return refuse('"order.descending" must be true or false');
  return { by: by as Metric | "key", descending };
}

function checkCount(input: unknown, where: string, least: number, most: number): number {
  if (Number.isSafeInteger(input) && (input as number) >= least && (input as number) <= most) {
    return input as number;
  }
  return refuse(`${where} must be a whole number from ${least} to ${most}`);
}

function checkCompare(input: unknown): NonNullable<Question["compare"]> {
  const { period, buckets } = checkObject(input, '"compare"', ["period", "buckets"]);
  const stretch = checkStretch(period, '"compare.period"');
  if (buckets === undefined) return { period: stretch };
  return { period: stretch, buckets: checkBuckets(buckets, stretch, '"compare.buckets"') };
}
