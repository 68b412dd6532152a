import type { Slice } from "./grouping.ts";
import type { Selected } from "./select.ts";

/**
 * Which groups the sessions of a chunk are in, each once: `group[from[s]]` to before
 * `group[from[s + 1]]` for session number `s` of the chunk.
 *
 * They are collected block by block, where all is in sequence, and walked in order of visitor, so
 * that distinct visitors are counted without a set: a group needs to know the last one only.
 */
export interface Runs {
  sessions: number;
  readonly group: Uint32Array;
  readonly from: Uint32Array;
  readonly visitor: Uint32Array;
  /** 1 for sessions that reached the goal. */
  readonly goal: Uint8Array;
}

/** Room for a chunk. */
export function createRuns(sessions: number, events: number): Runs {
  return {
    sessions: 0,
    group: new Uint32Array(events),
    from: new Uint32Array(sessions + 1),
    visitor: new Uint32Array(sessions),
    goal: new Uint8Array(sessions),
  };
}

/** Which session and which visitor each group has met last. */
export interface Stamps {
  readonly session: Uint32Array;
  lastSession: number;
  readonly visitor: Uint32Array;
  lastVisitor: number;
}

/**
 * Adds the sessions of a slice, when all events of those that are marked count.
 *
 * @param groups Of each session.
 * @param counted Events that count, of each group.
 */
export function addWholeSessions(
  runs: Runs,
  { offset, from, until }: Slice,
  groups: Int32Array,
  marked: Uint8Array | undefined,
  counted: Float64Array,
): void {
  let session = runs.sessions;
  let run = runs.from[session]!;
  for (let place = from; place < until; place++) {
    if (marked === undefined || marked[place] === 1) {
      const group = groups[place - from]!;
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
  const { session: seen } = stamps;
  const base = offset[from]!;
  const { group: list, from: starts } = runs;
  let session = runs.sessions;
  let stamp = stamps.lastSession;
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
  stamps.lastSession = stamp;
  runs.sessions = session;
}

/** Makes the group of every event -1 that does not count. */
export function leaveOut(
  { offset, from, until }: Slice,
  groups: Int32Array,
  { sessions, events }: Selected,
): void {
  const base = offset[from]!;
  if (events) {
    const length = offset[until]! - base;
    for (let event = 0; event < length; event++) groups[event]! |= events[base + event]! - 1;
  }
  if (!sessions) return;
  for (let place = from; place < until; place++) {
    if (sessions[place] === 1) continue;
    groups.fill(-1, offset[place]! - base, offset[place + 1]! - base);
  }
}

/** Adds the sessions of a slice none of which counts. */
export function addNone(runs: Runs, { from, until }: Slice): void {
  const { sessions, from: starts } = runs;
  starts.fill(starts[sessions]!, sessions + 1, sessions + 1 + until - from);
  runs.sessions += until - from;
}

/**
 * Counts distinct visitors of each group.
 *
 * @param order Numbers of sessions by visitor.
 * @param reached For each session whether its visitor is to be counted at all; all if not given.
 * @returns How many distinct visitors were in any group.
 */
export function countVisitors(
  runs: Runs,
  stamps: Stamps,
  order: Uint32Array,
  reached: Uint8Array | undefined,
  visitors: Float64Array,
): number {
  const { group: list, from, visitor } = runs;
  const { visitor: seen } = stamps;
  let stamp = stamps.lastVisitor;
  let last = -1;
  let total = 0;
  for (let index = 0; index < runs.sessions; index++) {
    const session = order[index]!;
    const end = from[session + 1]!;
    let run = from[session]!;
    if (run === end || (reached !== undefined && reached[session] === 0)) continue;
    if (visitor[session] !== last) {
      last = visitor[session]!;
      stamp += 1;
      total += 1;
    }
    for (; run < end; run++) {
      const group = list[run]!;
      if (seen[group] === stamp) continue;
      seen[group] = stamp;
      visitors[group]! += 1;
    }
  }
  stamps.lastVisitor = stamp;
  return total;
}

/** Marks the sessions of a slice, which are about to be added, that reached the goal. */
export function markGoals(
  { sessions: first, goal }: Runs,
  { offset, from, until }: Slice,
  { sessions, events }: Selected,
): void {
  for (let place = from; place < until; place++) {
    if (sessions !== undefined && sessions[place] === 0) continue;
    const found = !events || events.subarray(offset[place], offset[place + 1]).includes(1);
    if (found) goal[first + place - from] = 1;
  }
}

/** Marks the sessions of all visitors of whom any session reached the goal. */
export function spreadGoals(runs: Runs, order: Uint32Array): Uint8Array {
  const { visitor, goal } = runs;
  const reached = new Uint8Array(runs.sessions);
  let first = 0;
  while (first < runs.sessions) {
    const id = visitor[order[first]!];
    let end = first;
    let any = 0;
    for (; end < runs.sessions && visitor[order[end]!] === id; end++) any |= goal[order[end]!]!;
    for (; first < end; first++) reached[order[first]!] = any;
  }
  return reached;
}
