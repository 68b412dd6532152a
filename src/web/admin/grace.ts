import type { VNode } from "preact";
import type { Part } from "./statistics.tsx";

/** What is ready within this time comes with the page; a person takes it for at once. */
const GRACE_MS = 80;
/** A site that was too slow for it is not asked twice for everything for so long. */
const SLOW_MS = 60_000;

/**
 * Makes the parts of a page, and gives the place of a part for each that is not ready in time.
 *
 * On most sites everything is ready in some milliseconds: then nothing flickers, and nothing is
 * asked in a second request. Where it takes longer, the page goes out with the places, and each
 * part comes by itself; what was begun is ended, since it is asked again.
 */
export function createGrace(now: () => number, graceMs = GRACE_MS) {
  const slowUntil = new Map<number, number>();

  return async (
    siteId: number,
    signal: AbortSignal,
    parts: readonly Part[],
  ): Promise<readonly VNode[]> => {
    if ((slowUntil.get(siteId) ?? 0) > now()) return parts.map(({ waiting }) => waiting);
    const end = new AbortController();
    const either = AbortSignal.any([signal, end.signal]);
    const late = Symbol("late");
    let timer: ReturnType<typeof setTimeout> | undefined;
    const deadline = new Promise<typeof late>((resolve) => {
      timer = setTimeout(() => resolve(late), graceMs);
    });
    const nodes = await Promise.all(
      parts.map(async ({ make, waiting }) => {
        // One that fails asks again by itself, and says then what is wrong.
        const made = make(either).catch(() => late);
        const first = await Promise.race([made, deadline]);
        return first === late ? waiting : (first as VNode);
      }),
    );
    clearTimeout(timer);
    if (nodes.some((node, index) => node === parts[index]!.waiting)) {
      slowUntil.set(siteId, now() + SLOW_MS);
      end.abort();
    }
    return nodes;
  };
}
