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
  valuesOf: (group: number) => readonly Value[],
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
    values[group] = valuesOf(group)[metric] ?? Number.NaN;
  }
  const compare = (a: number, b: number): number => {
    if (time >= 0) {
      const apart = Number(keysOf(a)[time]) - Number(keysOf(b)[time]);
      if (apart !== 0) return apart;
    }
    if (metric < 0) return sign * compareKeys(keysOf(a), keysOf(b));
    return compareValues(values[a]!, values[b]!, sign) || compareKeys(keysOf(a), keysOf(b));
  };
  return { groups: found.sort(compare).slice(offset, offset + limit), found: found.length };
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
