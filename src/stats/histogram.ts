import type { PropertySummary } from "./question.ts";

const MOST_BINS = 20;

/**
 * Sum, range and histogram of numbers, given with how often each occurs; undefined of none.
 *
 * There are no more bins than different numbers, or a scale from 1 to 5 would be a comb.
 */
export function describeNumbers(
  numbers: ReadonlyMap<number, number>,
): PropertySummary["numbers"] | undefined {
  if (numbers.size === 0) return undefined;
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (const [value, times] of numbers) {
    count += times;
    sum += value * times;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const bins = Math.min(numbers.size, MOST_BINS);
  // Each end is divided by itself: the range of two huge numbers may be none.
  const width = max / bins - min / bins;
  const edges = Array.from({ length: bins }, (_, bin) => min + bin * width);
  const counts = edges.map(() => 0);
  for (const [value, times] of numbers) {
    counts[edges.findLastIndex((edge) => edge <= value)]! += times;
  }
  return {
    count,
    sum,
    min,
    max,
    bins: edges.map((from, bin) => ({ from, until: edges[bin + 1] ?? max, count: counts[bin]! })),
  };
}
