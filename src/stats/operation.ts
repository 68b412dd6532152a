import type { SiteData } from "./site-data.ts";

/**
 * A kind of question: how a worker answers its part of it, and how the parts become the answer.
 *
 * A part survives structured clone; large ones are typed arrays.
 */
export interface Operation<Q, P, A> {
  /**
   * Answers for what one worker holds of one site.
   *
   * Yields now and then (at least every 5 ms of work or so), so that other questions get their
   * turn and a cancelled one ends.
   */
  part(site: SiteData, question: Q): Generator<undefined, P>;
  /** Adds up the parts of all sites and workers; runs in a worker too. */
  finish(parts: readonly P[], question: Q): A;
}
