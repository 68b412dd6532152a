/** How often each whole second occurred, so that the medians of several workers can be had. */
export interface TimeCounts {
  readonly sumMs: number;
  /** Rising, in whole seconds, rounded down. */
  readonly seconds: Uint32Array;
  /** How often each of them occurred. */
  readonly counts: Uint32Array;
}

/** Collects lengths of time. */
export interface TimeTally {
  add(ms: number): void;
  counts(): TimeCounts;
}

/**
 * Counts by seconds in an array that grows with the longest time seen: four bytes for each
 * second, 10 MB for a month.
 */
export function createTimeTally(): TimeTally {
  let bySecond = new Uint32Array(1024);
  let sumMs = 0;
  return {
    add(ms) {
      const second = Math.floor(ms / 1000);
      if (second >= bySecond.length) {
        const grown = new Uint32Array(Math.max(bySecond.length * 2, second + 1));
        grown.set(bySecond);
        bySecond = grown;
      }
      bySecond[second]! += 1;
      sumMs += ms;
    },
    counts() {
      const seconds = new Uint32Array(bySecond.reduce((some, n) => some + Number(n > 0), 0));
      const counts = new Uint32Array(seconds.length);
      let size = 0;
      bySecond.forEach((n, second) => {
        if (n === 0) return;
        seconds[size] = second;
        counts[size] = n;
        size += 1;
      });
      return { sumMs, seconds, counts };
    },
  };
}

/**
 * The average, exact, and the median, exact to the second: of an even number of times the middle
 * between the two in the middle. Null of none.
 */
export function describeTimes(parts: readonly TimeCounts[]): {
  readonly averageMs: number | null;
  readonly medianMs: number | null;
} {
  const total = new Map<number, number>();
  let sumMs = 0;
  let size = 0;
  for (const part of parts) {
    sumMs += part.sumMs;
    part.seconds.forEach((second, index) => {
      total.set(second, (total.get(second) ?? 0) + part.counts[index]!);
      size += part.counts[index]!;
    });
  }
  if (size === 0) return { averageMs: null, medianMs: null };
  const sorted = [...total].sort(([a], [b]) => a - b);
  const atRank = (rank: number): number => {
    let before = 0;
    for (const [second, count] of sorted) if ((before += count) > rank) return second;
    throw new RangeError(`There is no time of rank ${rank} among ${size}`);
  };
  const medianSeconds = (atRank(Math.floor((size - 1) / 2)) + atRank(Math.floor(size / 2))) / 2;
  return { averageMs: sumMs / size, medianMs: medianSeconds * 1000 };
}
