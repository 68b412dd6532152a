import { offsetAt } from "../lib/zone-time.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** How far a zone's clocks are ahead of UTC, in ms, from one change of them to the next. */
interface Offsets {
  /** Epoch ms, rising. */
  readonly from: Float64Array;
  readonly offset: Float64Array;
}

/** Asking the calendar for every event would take microseconds each; clocks change twice a year. */
function offsetsIn(from: number, until: number, zone: string): Offsets {
  const starts = [from];
  const offsets = [offsetAt(from, zone)];
  for (let at = from; at < until; at += DAY_MS) {
    const next = offsetAt(at + DAY_MS, zone);
    if (next === offsets.at(-1)) continue;
    let [low, high] = [at, at + DAY_MS];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle, zone) === next) high = middle;
      else low = middle;
    }
    starts.push(high);
    offsets.push(next);
  }
  return { from: Float64Array.from(starts), offset: Float64Array.from(offsets) };
}

/** What clocks on the wall of a zone show. */
export interface WallClock {
  /** How far they are ahead of UTC at a moment, in ms. */
  offsetAt(at: number): number;
  /** Whether they are changed after one moment and up to another. */
  changes(after: number, until: number): boolean;
}

/**
 * A clock that is quick for moments that lie close to the one asked for before.
 *
 * @param from Epoch ms; no earlier moment may be asked for.
 * @param until No later one.
 */
export function createWallClock(from: number, until: number, zone: string): WallClock {
  const offsets = offsetsIn(from, until, zone);
  const last = offsets.from.length - 1;
  let place = 0;
  const find = (at: number): void => {
    while (place > 0 && at < offsets.from[place]!) place -= 1;
    while (place < last && at >= offsets.from[place + 1]!) place += 1;
  };
  return {
    offsetAt(at) {
      find(at);
      return offsets.offset[place]!;
    },
    changes(after, end) {
      find(after);
      return place < last && end >= offsets.from[place + 1]!;
    },
  };
}

/** Hours or weekdays, as they go round. */
export interface Round {
  readonly unitMs: number;
  readonly size: number;
  /** What is added to the number of units since 1970. */
  readonly shift: number;
}

/** From 0 to 23. */
export const HOURS: Round = { unitMs: HOUR_MS, size: 24, shift: 0 };
/** From 0 (Monday) to 6; the first of January 1970 was a Thursday. */
export const WEEKDAYS: Round = { unitMs: DAY_MS, size: 7, shift: 3 };

/** @param local Ms since 1970, as the wall shows them. */
export function roundAt({ unitMs, size, shift }: Round, local: number): number {
  const place = (Math.floor(local / unitMs) + shift) % size;
  return place < 0 ? place + size : place;
}
