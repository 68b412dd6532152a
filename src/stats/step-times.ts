/** Lengths of time one worker met; those of several stand side by side. */
export interface StepTimes {
  readonly sumMs: number;
  /** In whole seconds, rounded down, in any order. */
  readonly seconds: Uint32Array;
}

/** Collects lengths of time, four bytes each. */
export interface StepTimesTally {
  add(ms: number): void;
  times(): StepTimes;
}

export function createStepTimesTally(): StepTimesTally {
  let seconds = new Uint32Array(1024);
  let size = 0;
  let sumMs = 0;
  return {
    add(ms) {
      if (size === seconds.length) {
        const grown = new Uint32Array(size * 2);
        grown.set(seconds);
        seconds = grown;
      }
      seconds[size] = Math.floor(ms / 1000);
      size += 1;
      sumMs += ms;
    },
    times: () => ({ sumMs, seconds: seconds.slice(0, size) }),
  };
}

/**
 * The average, exact, and the median, exact to the second: of an even number of times the middle
 * between the two in the middle. Null of none.
 */
export function describeTimes(parts: readonly StepTimes[]): {
  readonly averageMs: number | null;
  readonly medianMs: number | null;
} {
  const size = parts.reduce((sum, { seconds }) => sum + seconds.length, 0);
  if (size === 0) return { averageMs: null, medianMs: null };
  const sumMs = parts.reduce((sum, part) => sum + part.sumMs, 0);
  const low = secondAtRank(parts, Math.floor((size - 1) / 2));
  const high = size % 2 === 1 ? low : secondAtRank(parts, size / 2);
  return { averageMs: sumMs / size, medianMs: ((low + high) / 2) * 1000 };
}

/**
 * Which second is at a place in the order of all of them, from 0 on.
 *
 * Counts by quarters of an hour, and then by seconds in the one that holds the place: sorting
 * would take ten times as long.
 */
function secondAtRank(parts: readonly StepTimes[], rank: number): number {
  const QUARTER = 900;
  const coarse = rankIn(parts, rank, (second) => Math.floor(second / QUARTER));
  const first = coarse.value * QUARTER;
  const fine = rankIn(parts, rank - coarse.below, (second) => {
    const rest = second - first;
    return rest < QUARTER ? rest : -1;
  });
  return first + fine.value;
}

/** The value at a rank, and how many are below it; values below 0 are left out. */
function rankIn(parts: readonly StepTimes[], rank: number, valueOf: (second: number) => number) {
  let counts = new Uint32Array(1024);
  for (const { seconds } of parts) {
    for (let index = 0; index < seconds.length; index += 1) {
      const value = valueOf(seconds[index]!);
      if (value < 0) continue;
      if (value >= counts.length) {
        const grown = new Uint32Array(value * 2);
        grown.set(counts);
        counts = grown;
      }
      counts[value]! += 1;
    }
  }
  let below = 0;
  let value = 0;
  while (value < counts.length && below + counts[value]! <= rank) {
    below += counts[value]!;
    value += 1;
  }
  return { value, below };
}
