import { DIMENSIONS } from "./dimensions.ts";
import type { Merger } from "./merge-parts.ts";
import type { Question, Value } from "./question.ts";

const LIMIT = 100;

export interface Ranked {
  /** Those asked for, in order. */
  readonly groups: readonly number[];
  /** How many the search found. */
  readonly found: number;
}

/**
 * Searches, orders and cuts the groups of an answer.
 *
 * Groups without a value stand last, whichever way it is ordered.
 */
export function rankGroups(
  question: Question,
  { keysOf }: Pick<Merger, "keysOf">,
  size: number,
  valueOf: (group: number, metric: number) => Value,
): Ranked {
  const { metrics, by = [], limit = LIMIT, offset = 0 } = question;
  const found = search(question, keysOf, size);
  const order = question.order ?? { by: metrics[0]!, descending: true };
  const sign = order.descending ? -1 : 1;
  const metric = order.by === "key" ? -1 : metrics.indexOf(order.by);
  const time = by.indexOf("time");

  const compareKeys = keyComparison(by);
  const values = new Float64Array(metric < 0 ? 0 : size);
  for (const group of metric < 0 ? [] : found) {
    values[group] = valueOf(group, metric) ?? Number.NaN;
  }
  const compare = (a: number, b: number): number => {
    if (time >= 0) {
      const apart = Number(keysOf(a)[time]) - Number(keysOf(b)[time]);
      if (apart !== 0) return apart;
    }
    if (metric < 0) return sign * compareKeys(keysOf(a), keysOf(b));
    return compareValues(values[a]!, values[b]!, sign) || compareKeys(keysOf(a), keysOf(b));
  };
  const end = offset + limit;
  const hopeful = metric < 0 || time >= 0 ? found : first(found, values, end, sign);
  return { groups: hopeful.toSorted(compare).slice(offset, end), found: found.length };
}

/** Those that may be among the first so many: comparing all would take longer than counting. */
function first(
  groups: readonly number[],
  values: Float64Array,
  count: number,
  sign: number,
): readonly number[] {
  if (groups.length <= 2 * count) return groups;
  const known = Float64Array.from(groups, (group) => values[group]!).filter(
    (value) => !Number.isNaN(value),
  );
  if (known.length < count) return groups;
  known.sort();
  const bound = sign < 0 ? known[known.length - count]! : known[count - 1]!;
  return groups.filter((group) => sign * (values[group]! - bound) <= 0);
}

/** In the first key that is a name: nobody searches for the number of a bucket. */
function search(
  { search: text = "", by = [] }: Question,
  keysOf: Merger["keysOf"],
  size: number,
): number[] {
  const all = Array.from({ length: size }, (_, group) => group);
  const side = by.findIndex((dimension) => dimension !== "time");
  const wanted = text.toLowerCase();
  if (wanted === "") return all;
  return all.filter((group) => keysOf(group)[side]!.toLowerCase().includes(wanted));
}

function compareValues(a: number, b: number, sign: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return sign * (a - b);
}

type CompareKeys = (a: readonly string[], b: readonly string[]) => number;

/** Hours and weekdays as numbers, all else as text. */
function keyComparison(by: NonNullable<Question["by"]>): CompareKeys {
  const numeric = by.map((name) => {
    const kind: object | undefined = DIMENSIONS[name as keyof typeof DIMENSIONS];
    return name === "time" || (kind !== undefined && "numeric" in kind);
  });
  return (a, b) => {
    for (const [side, isNumber] of numeric.entries()) {
      const [one, other] = [a[side]!, b[side]!];
      if (one === other) continue;
      return isNumber ? Number(one) - Number(other) : one < other ? -1 : 1;
    }
    return 0;
  };
}
