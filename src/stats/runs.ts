import type { Slice } from "./slice.ts";
import { createStamps, prepareStamps } from "./stamps.ts";

/**
 * Which groups the sessions of a slice are in, each named once: `group[from[s]]` to before
 * `group[from[s + 1]]` for session number `s` of the slice.
 */
export interface Runs {
  group: Int32Array;
  from: Uint32Array;
}

/** Finds the groups of sessions from those of their events. */
export interface RunFinder {
  /**
   * @param groups Of each event; -1 where it does not count.
   * @param size How many groups there are.
   * @returns Good until the next call.
   */
  find(slice: Slice, groups: Int32Array, size: number): Runs;
}

export function createRunFinder(): RunFinder {
  const runs: Runs = { group: new Int32Array(0), from: new Uint32Array(1) };
  const stamps = createStamps();
  return {
    find(slice, groups, size) {
      const { offset, from, until } = slice;
      const events = offset[until]! - offset[from]!;
      if (runs.group.length < events) runs.group = new Int32Array(events * 2);
      if (runs.from.length <= until - from) runs.from = new Uint32Array((until - from) * 2 + 1);
      prepareStamps(stamps, size, until - from);
      stamps.last = fill(runs, slice, groups, stamps.of, stamps.last);
      return runs;
    },
  };
}

/** @param seen Which session each group has met last. */
function fill(
  { group: list, from: starts }: Runs,
  { offset, from, until }: Slice,
  groups: Int32Array,
  seen: Int32Array,
  last: number,
): number {
  const base = offset[from]!;
  let stamp = last;
  let run = 0;
  let event = 0;
  for (let place = from; place < until; place++) {
    stamp += 1;
    for (const end = offset[place + 1]! - base; event < end; event++) {
      const group = groups[event]!;
      if (group < 0 || seen[group] === stamp) continue;
      seen[group] = stamp;
      list[run++] = group;
    }
    starts[place - from + 1] = run;
  }
  return stamp;
}
