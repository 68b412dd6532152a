/** What came of a visitor's tries. */
export interface Climb {
  /** How many steps the furthest try came to. */
  steps: number;
  /** Of each step but the first, ms from the step before, in the try that first came to it. */
  readonly times: Float64Array;
}

/**
 * Follows one visitor's events through the steps.
 *
 * For each step the latest possible start of a try that came to it is kept; no other start can
 * come further within the time allowed, so that one pass is exact. Steps are looked at from the
 * last to the first, so that one event is one step only.
 *
 * @param at Moments of the hits, in order.
 * @param marks What they match: bit 0 is the first step.
 * @param climb Is overwritten.
 */
export function climbSteps(
  at: Float64Array,
  marks: Uint8Array,
  size: number,
  steps: number,
  withinMs: number,
  climb: Climb,
): void {
  const { times } = climb;
  const starts = scratch.starts.fill(-Infinity);
  const arrivals = scratch.arrivals;
  let reached = 0;
  for (let hit = 0; hit < size; hit += 1) {
    const mark = marks[hit]!;
    const now = at[hit]!;
    for (let step = Math.min(reached, steps - 1); step > 0; step -= 1) {
      if ((mark & (1 << step)) === 0) continue;
      const start = starts[step - 1]!;
      if (now - start > withinMs || start <= starts[step]!) continue;
      if (step === reached) {
        times[step] = now - arrivals[step - 1]!;
        reached += 1;
      }
      starts[step] = start;
      arrivals[step] = now;
    }
    if (reached === steps) break;
    if ((mark & 1) !== 0) {
      starts[0] = now;
      arrivals[0] = now;
      if (reached === 0) reached = 1;
    }
  }
  climb.steps = reached;
}

export const MOST_STEPS = 8;

// One visitor after the other, millions of them: nothing is made anew for each.
const scratch = {
  starts: new Float64Array(MOST_STEPS),
  arrivals: new Float64Array(MOST_STEPS),
};
