import { createVisitorSort } from "./order.ts";
import type { Visitors } from "./visitors.ts";

/**
 * Which groups the sessions of a range are in: `group[from[s]]` to before `group[from[s + 1]]` for
 * session number `s`, with -1 for events that do not count.
 */
interface Lists {
  sessions: number;
  group: Int32Array;
  from: Uint32Array;
  visitor: Uint32Array;
  /** 1 for sessions that reached the goal. */
  goal: Uint8Array;
}

/**
 * Counts visitors of any number of groups, whatever their ids.
 *
 * Sessions are collected block by block, where all is in sequence, and walked in order of visitor:
 * then a group needs to know the last one only. No sets, and it does not matter in which order
 * sessions come.
 */
export function createVisitorLists(): Visitors {
  const sort = createVisitorSort();
  const stamps: Stamps = { of: new Uint32Array(0), last: 0 };
  let lists: Lists = listsFor(0, 0);
  let range = { first: 0, end: 0 };
  let order: Uint32Array | undefined;

  const addVisitors = (visitor: Uint32Array, from: number, until: number) => {
    lists.visitor.set(visitor.subarray(from, until), lists.sessions);
  };

  return {
    begin(next, { sessions, events }) {
      if (lists.visitor.length < sessions || lists.group.length < events) {
        lists = listsFor(Math.ceil(sessions * 1.25), Math.ceil(events * 1.25));
      }
      lists.sessions = 0;
      lists.goal.fill(0);
      range = next;
      order = undefined;
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
      order ??= sort(lists.visitor, lists.sessions, range);
      if (stamps.of.length < to.length) {
        stamps.of = new Uint32Array(to.length); // stamps go on rising, so none is met again
      }
      return reached
        ? countReached(lists, order, stamps, to)
        : countInOrder(lists, order, stamps, to);
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

/** Which visitor each group has met last. */
interface Stamps {
  of: Uint32Array;
  last: number;
}

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

function countInOrder(
  { group: list, from, visitor, sessions }: Lists,
  order: Uint32Array,
  stamps: Stamps,
  to: Float64Array,
): number {
  const seen = stamps.of;
  let stamp = stamps.last;
  let last = -1;
  let isIn = 0;
  let total = 0;
  for (let index = 0; index < sessions; index++) {
    const session = order[index]!;
    const end = from[session + 1]!;
    const own = visitor[session]!;
    if (own !== last) {
      last = own;
      stamp += 1;
      total += isIn;
      isIn = 0;
    }
    for (let place = from[session]!; place < end; place++) {
      const group = list[place]!;
      if (group < 0) continue;
      // Without a branch: whether a group is met again is as good as random.
      to[group]! += seen[group] === stamp ? 0 : 1;
      seen[group] = stamp;
      isIn = 1;
    }
  }
  stamps.last = stamp;
  return total + isIn;
}

/** The same for visitors of whom a session reached the goal. */
function countReached(
  { group: list, from, visitor, goal, sessions }: Lists,
  order: Uint32Array,
  stamps: Stamps,
  to: Float64Array,
): number {
  const seen = stamps.of;
  let total = 0;
  for (let first = 0, end = 0; first < sessions; first = end) {
    const who = visitor[order[first]!]!;
    let reached = 0;
    for (; end < sessions && visitor[order[end]!] === who; end++) reached |= goal[order[end]!]!;
    if (reached === 0) continue;
    stamps.last += 1;
    let counted = 0;
    for (let index = first; index < end; index++) {
      const session = order[index]!;
      for (let place = from[session]!; place < from[session + 1]!; place++) {
        const group = list[place]!;
        if (group < 0 || seen[group] === stamps.last) continue;
        seen[group] = stamps.last;
        to[group]! += 1;
        counted = 1;
      }
    }
    total += counted;
  }
  return total;
}
