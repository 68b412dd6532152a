import { createVisitorSort, isSparse } from "./order.ts";
import { createStamps, prepareStamps } from "./stamps.ts";
import type { Visitors } from "./visitors.ts";

/**
 * Which groups the sessions of a range are in: `group[from[s]]` to before `group[from[s + 1]]` for
 * session number `s`, with -1 for events that do not count.
 */
interface Lists {
  sessions: number;
  group: Int32Array;
  from: Uint32Array;
  /** Ids; when all are there, places from 0 on. */
  visitor: Uint32Array;
  /** 1 for sessions that reached the goal. */
  goal: Uint8Array;
}

/**
 * Counts visitors of any number of groups, whatever their ids.
 *
 * Sessions are collected block by block, then put in order of visitor: a group then needs to know
 * the last one only. No sets, and it does not matter in which order sessions come. They are
 * carried over rather than looked up in order: to read here and there holds up what follows, to
 * write here and there does not.
 */
export function createVisitorLists(): Visitors {
  const sort = createVisitorSort();
  const stamps = createStamps();
  let counts = new Int32Array(0);
  let lists: Lists = listsFor(0, 0);
  let sorted: Sorted | undefined;
  let ends = new Uint32Array(0);
  let room = new Int32Array(0);
  let range = { first: 0, end: 0 };
  let shift = 0;

  const addVisitors = (visitor: Uint32Array, from: number, until: number) => {
    lists.visitor.set(visitor.subarray(from, until), lists.sessions);
  };

  /** Makes places of ids. @returns How many places there are. */
  const place = (): number => {
    const { visitor, sessions } = lists;
    const width = ((range.end - 1 - range.first) >>> shift) + 1;
    if (!isSparse({ first: 0, end: width }, sessions)) {
      const { first } = range;
      for (let session = 0; session < sessions; session++) {
        visitor[session] = (visitor[session]! - first) >>> shift;
      }
      return width;
    }
    return rank(visitor, sessions, sort(visitor, sessions, range, shift));
  };

  const carryOver = (): Sorted => {
    const width = place();
    const { group, from, visitor, sessions } = lists;
    if (ends.length < width) ends = new Uint32Array(Math.ceil(width * 1.25));
    else ends.fill(0, 0, width);
    if (room.length < group.length) room = new Int32Array(group.length);
    lengths(from, visitor, sessions, ends);
    startsOf(ends, width);
    carry(group, from, visitor, sessions, ends, room);
    return { group: room, ends, width };
  };

  return {
    begin(next, { sessions, events }, _, idShift) {
      if (lists.visitor.length < sessions || lists.group.length <= Math.max(sessions, events)) {
        lists = listsFor(Math.ceil(sessions * 1.25), Math.ceil(events * 1.25));
      }
      lists.sessions = 0;
      lists.goal.fill(0);
      range = next;
      shift = idShift;
      sorted = undefined;
    },
    addAll({ block, from, until }, mask) {
      addVisitors(block.sessionNumbers("visitor"), from, until);
      for (let session = from; session < until; session++) {
        const start = lists.from[lists.sessions]!;
        lists.group[start] = 0;
        lists.from[++lists.sessions] = start + (mask ? mask[session]! : 1);
      }
    },
    addSessions({ block, from, until }, groups) {
      addVisitors(block.sessionNumbers("visitor"), from, until);
      addOneEach(lists, groups, until - from);
    },
    addEvents({ block, offset, from, until }, groups) {
      addVisitors(block.sessionNumbers("visitor"), from, until);
      const start = lists.from[lists.sessions]!;
      lists.group.set(groups.subarray(0, offset[until]! - offset[from]!), start);
      addStretches(lists, offset, from, until);
    },
    addGoals({ block, from, until }) {
      addVisitors(block.sessionNumbers("visitor"), from, until);
      const { sessions } = lists;
      const end = sessions + until - from;
      lists.from.fill(lists.from[sessions]!, sessions + 1, end + 1);
      lists.goal.fill(1, sessions, end);
      lists.sessions = end;
    },
    end(reached, to) {
      sorted ??= carryOver();
      prepareStamps(stamps, to.length, sorted.width + 1);
      if (counts.length < to.length) counts = new Int32Array(to.length);
      const only = reached ? reachedOf(lists, sorted.width) : undefined;
      stamps.last += 1;
      counts.fill(0, 0, to.length);
      const total = countInOrder(sorted, only, stamps.of, stamps.last, counts);
      stamps.last += sorted.width;
      for (let group = 0; group < to.length; group++) to[group]! += counts[group]!;
      return total;
    },
  };
}

const listsFor = (sessions: number, events: number): Lists => ({
  sessions: 0,
  group: new Int32Array(Math.max(sessions, events) + 1),
  from: new Uint32Array(sessions + 1),
  visitor: new Uint32Array(sessions),
  goal: new Uint8Array(sessions),
});

function addOneEach(lists: Lists, groups: Int32Array, count: number): void {
  const { group: list, from } = lists;
  let session = lists.sessions;
  let end = from[session]!;
  for (let place = 0; place < count; place++) {
    const group = groups[place]!;
    list[end] = group; // written over by the next, if it is none
    end += group < 0 ? 0 : 1;
    from[++session] = end;
  }
  lists.sessions = session;
}

function addStretches(lists: Lists, offset: Uint32Array, from: number, until: number): void {
  const shift = lists.from[lists.sessions]! - offset[from]!;
  let session = lists.sessions;
  for (let place = from; place < until; place++) {
    lists.from[++session] = offset[place + 1]! + shift;
  }
  lists.sessions = session;
}

/** Groups of visitor after visitor: those of place `p` end at `ends[p]`. */
interface Sorted {
  readonly group: Int32Array;
  readonly ends: Uint32Array;
  readonly width: number;
}

/** @returns How many different ids there are. */
function rank(visitor: Uint32Array, sessions: number, order: Uint32Array): number {
  let place = -1;
  let last = -1;
  for (let index = 0; index < sessions; index++) {
    const session = order[index]!;
    if (visitor[session] !== last) place += 1;
    last = visitor[session]!;
    visitor[session] = place;
  }
  return place + 1;
}

function lengths(from: Uint32Array, place: Uint32Array, sessions: number, to: Uint32Array): void {
  for (let session = 0; session < sessions; session++) {
    to[place[session]!]! += from[session + 1]! - from[session]!;
  }
}

/** Makes of lengths where each begins. */
function startsOf(lengthOf: Uint32Array, width: number): void {
  let start = 0;
  for (let place = 0; place < width; place++) {
    const length = lengthOf[place]!;
    lengthOf[place] = start;
    start += length;
  }
}

/** @param at Where each place begins; then, where it ends. */
function carry(
  group: Int32Array,
  from: Uint32Array,
  place: Uint32Array,
  sessions: number,
  at: Uint32Array,
  out: Int32Array,
): void {
  let source = 0;
  for (let session = 0; session < sessions; session++) {
    const end = from[session + 1]!;
    let to = at[place[session]!]!;
    for (; source < end; source++) out[to++] = group[source]!;
    at[place[session]!] = to;
  }
}

/** 1 for places of whom a session reached the goal. */
function reachedOf({ visitor, goal, sessions }: Lists, width: number): Uint8Array {
  const reached = new Uint8Array(width);
  for (let session = 0; session < sessions; session++) {
    reached[visitor[session]!]! |= goal[session]!;
  }
  return reached;
}

/**
 * @param firstStamp No group has met it yet, nor any above it.
 * @param counts Of each group, added to.
 */
function countInOrder(
  { group: list, ends, width }: Sorted,
  only: Uint8Array | undefined,
  seen: Int32Array,
  firstStamp: number,
  counts: Int32Array,
): number {
  let total = 0;
  let at = 0;
  for (let place = 0; place < width; place++) {
    const end = ends[place]!;
    if (only !== undefined && only[place] === 0) at = end;
    const stamp = firstStamp + place;
    let isIn = 0;
    for (; at < end; at++) {
      const group = list[at]!;
      if (group < 0) continue;
      // Without a branch: whether a group is met again is as good as random.
      const apart = seen[group]! ^ stamp;
      counts[group]! += (apart | -apart) >>> 31;
      seen[group] = stamp;
      isIn = 1;
    }
    total += isIn;
  }
  return total;
}
