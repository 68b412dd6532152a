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

/** What a clock on the wall shows, as numbers from 0 on. */
export interface WallClock {
  /** 0 to 23. */
  hour(at: number): number;
  /** 0 (Monday) to 6. */
  weekday(at: number): number;
}

/**
 * A clock that is quick for moments that rise for the most part.
 *
 * @param from Epoch ms; no earlier moment may be asked for.
 * @param until No later one.
 */
export function createWallClock(from: number, until: number, zone: string): WallClock {
  const offsets = offsetsIn(from, until, zone);
  const last = offsets.from.length - 1;
  let place = 0;
  const local = (at: number): number => {
    while (place > 0 && at < offsets.from[place]!) place -= 1;
    while (place < last && at >= offsets.from[place + 1]!) place += 1;
    return at + offsets.offset[place]!;
  };
  return {
    hour(at) {
      const ms = local(at);
      return Math.floor((ms - Math.floor(ms / DAY_MS) * DAY_MS) / HOUR_MS);
    },
    weekday(at) {
      const days = Math.floor(local(at) / DAY_MS);
      return (((days + 3) % 7) + 7) % 7; // the first of January 1970 was a Thursday
    },
  };
}
