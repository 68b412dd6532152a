import type { HitChunk } from "./hits.ts";

/** What came of a visitor's tries. */
export interface Climb {
  /** How many steps the furthest try came to. */
  steps: number;
  /** Of each step but the first, ms from the step before, in the try that first came to it. */
  readonly times: Float64Array;
}

export const MOST_STEPS = 8;

/**
 * Follows one visitor's events through the steps.
 *
 * For each step the latest possible start of a try that came to it is kept; no other start can
 * come further within the time allowed, so that one pass is exact. Steps are looked at from the
 * last to the first, so that one event is one step only.
 *
 * @param chunk The visitor's hits are those from `from` to before `until` of its order, and this
 *   is the order of time. Bit 0 of the marks is the first step.
 */
export function createClimber(steps: number, withinMs: number) {
  const climb: Climb = { steps: 0, times: new Float64Array(MOST_STEPS) };
  const { times } = climb;
  // Used for one visitor after the other, millions of them.
  const starts = new Float64Array(MOST_STEPS);
  const arrivals = new Float64Array(MOST_STEPS);
  return ({ order, at, marks }: HitChunk, from: number, until: number): Climb => {
    let reached = 0;
    for (let place = from; place < until; place += 1) {
      const hit = order[place]!;
      const mark = marks[hit]!;
      const now = at[hit]!;
      for (let step = Math.min(reached, steps - 1); step > 0; step -= 1) {
        if ((mark & (1 << step)) === 0) continue;
        const start = starts[step - 1]!;
        if (now - start > withinMs) continue;
        if (step === reached) {
          times[step] = now - arrivals[step - 1]!;
          reached += 1;
        } else if (start <= starts[step]!) continue;
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
    return climb;
  };
}
