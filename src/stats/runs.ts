import type { Selected } from "./select.ts";
import type { Slice } from "./slice.ts";

/**
 * Which groups the sessions of a chunk are in: `group[from[s]]` to before `group[from[s + 1]]` for
 * session number `s` of the chunk. Where sessions are counted each is named once; where only
 * visitors are, it is the group of each event, and -1 if it does not count.
 *
 * They are collected block by block, where all is in sequence, and walked in order of visitor, so
 * that distinct visitors are counted without a set: a group needs to know the last one only.
 */
export interface Runs {
  sessions: number;
  readonly group: Int32Array;
  readonly from: Uint32Array;
  readonly visitor: Uint32Array;
  /** 1 for sessions that reached the goal. */
  readonly goal: Uint8Array;
}

/** Room for a chunk. */
export function createRuns(sessions: number, events: number): Runs {
  return {
    sessions: 0,
    group: new Int32Array(events),
    from: new Uint32Array(sessions + 1),
    visitor: new Uint32Array(sessions),
    goal: new Uint8Array(sessions),
  };
}

/** Which session, or which visitor, each group has met last. */
export interface Stamps {
  of: Uint32Array;
  last: number;
}

/**
 * Adds the sessions of a slice, when all their events count or none does.
 *
 * @param groups Of each session; -1 where it does not count.
 * @param counted Events that count, of each group.
 */
export function addWholeSessions(
  runs: Runs,
  { offset, from, until }: Slice,
  groups: Int32Array,
  counted: Float64Array,
): void {
  let session = runs.sessions;
  let run = runs.from[session]!;
  for (let place = from; place < until; place++) {
    const group = groups[place - from]!;
    if (group >= 0) {
      runs.group[run++] = group;
      counted[group]! += offset[place + 1]! - offset[place]!;
    }
    runs.from[++session] = run;
  }
  runs.sessions = session;
}

/**
 * Adds the sessions of a slice by their events.
 *
 * @param groups Of each event; -1 where it does not count.
 */
export function addByEvents(
  runs: Runs,
  stamps: Stamps,
  { offset, from, until }: Slice,
  groups: Int32Array,
  counted: Float64Array,
): void {
  const seen = stamps.of;
  const base = offset[from]!;
  const { group: list, from: starts } = runs;
  let session = runs.sessions;
  let stamp = stamps.last;
  let run = starts[session]!;
  let event = 0;
  for (let place = from; place < until; place++) {
    stamp += 1;
    for (const end = offset[place + 1]! - base; event < end; event++) {
      const group = groups[event]!;
      if (group < 0) continue;
      counted[group]! += 1;
      if (seen[group] === stamp) continue;
      seen[group] = stamp;
      list[run++] = group;
    }
    starts[++session] = run;
  }
  stamps.last = stamp;
  runs.sessions = session;
}

/**
 * Adds the sessions of a slice with all their events, for nothing but visitors to be counted.
 *
 * @param groups Of each event; -1 where it does not count.
 */
export function addAllEvents(
  runs: Runs,
  { offset, from, until }: Slice,
  groups: Int32Array,
  counted: Float64Array,
): void {
  const { group: list, from: starts, sessions: first } = runs;
  const run = starts[first]!;
  const length = offset[until]! - offset[from]!;
  list.set(groups.subarray(0, length), run);
  for (let event = 0; event < length; event++) {
    const group = groups[event]!;
    if (group >= 0) counted[group]! += 1;
  }
  const shift = run - offset[from]!;
  const end = first + until - from;
  for (let session = first; session < end; session++) {
    starts[session + 1] = offset[from + session - first + 1]! + shift;
  }
  runs.sessions = end;
}

/** Adds the sessions of a slice none of which counts. */
export function addNone(runs: Runs, { from, until }: Slice): void {
  const { sessions, from: starts } = runs;
  starts.fill(starts[sessions]!, sessions + 1, sessions + 1 + until - from);
  runs.sessions += until - from;
}

/** Marks the sessions of a slice, which are about to be added, that reached the goal. */
export function markGoals(
  { sessions: first, goal }: Runs,
  { offset, from, until }: Slice,
  { sessions, events }: Selected,
): void {
  for (let place = from; place < until; place++) {
    if (sessions !== undefined && sessions[place] === 0) continue;
    let event = offset[place]!;
    const end = offset[place + 1]!;
    if (events !== undefined) while (event < end && events[event] === 0) event += 1;
    if (event < end) goal[first + place - from] = 1;
  }
}
