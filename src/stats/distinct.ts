import { createVisitorSort, type VisitorRange } from "./order.ts";
import type { Runs, Stamps } from "./runs.ts";
import type { Tuning } from "./tuning.ts";

/** Counts distinct visitors of groups, for one range of visitors after the other. */
export interface Distinct {
  /** Must be called first for each range. Makes ids of visitors places from 0 on. */
  begin(runs: Runs, range: VisitorRange): void;
  /**
   * @param reached Whether only visitors count of whom a session reached the goal.
   * @param size How many groups there are.
   * @param to Where their visitors are added.
   * @returns How many distinct visitors are in any of the groups.
   */
  count(runs: Runs, reached: boolean, size: number, to: Float64Array): number;
}

/** Ids of one range may be far apart in a small site of a large installation. */
const SPARSE = 16;

/**
 * With few groups a bit tells whether a visitor is known to be in one. With many, sessions are
 * walked in order of visitor, so that a group needs to know the last one only. No sets, and in
 * neither way does it matter in which order sessions come.
 */
export function createDistinct({ mostWords }: Tuning): Distinct {
  const sort = createVisitorSort();
  let width = 0;
  let goals = new Uint8Array(0);
  let met = new Uint8Array(0);
  let bits = new Uint32Array(0);
  let order: Uint32Array | undefined;
  const stamps = { of: new Uint32Array(0), last: 0 };

  return {
    begin(runs, { first, end }) {
      order = undefined;
      width = end - first;
      if (width > SPARSE * runs.sessions + 1024)
        width = rank(runs, sort(runs.visitor, runs.sessions, { first, end }));
      else subtract(runs, first);
      if (met.length < width) [goals, met] = [new Uint8Array(width * 2), new Uint8Array(width * 2)];
    },
    count(runs, reached, size, to) {
      if (reached) markReached(runs, goals.fill(0, 0, width));
      const only = reached ? goals : undefined;
      const words = Math.ceil(size / 32);
      if (words * width <= mostWords) {
        if (bits.length < words * width) bits = new Uint32Array(words * width);
        else bits.fill(0, 0, words * width);
        met.fill(0, 0, width);
        return countByBits(runs, only, bits, words, met, to);
      }
      order ??= sort(runs.visitor, runs.sessions, { first: 0, end: width });
      if (stamps.of.length < size) stamps.of = new Uint32Array(size * 2);
      return countInOrder(runs, only, order, stamps, to);
    },
  };
}

function subtract({ visitor, sessions }: Runs, first: number): void {
  for (let session = 0; session < sessions; session++) visitor[session]! -= first;
}

function rank({ visitor, sessions }: Runs, order: Uint32Array): number {
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

function markReached({ visitor, goal, sessions }: Runs, reached: Uint8Array): void {
  for (let session = 0; session < sessions; session++)
    reached[visitor[session]!]! |= goal[session]!;
}

function countByBits(
  { group: list, from, visitor, sessions }: Runs,
  only: Uint8Array | undefined,
  bits: Uint32Array,
  words: number,
  met: Uint8Array,
  to: Float64Array,
): number {
  let total = 0;
  for (let session = 0; session < sessions; session++) {
    const end = from[session + 1]!;
    const place = visitor[session]!;
    if (only !== undefined && only[place] === 0) continue;
    for (let run = from[session]!; run < end; run++) {
      const group = list[run]!;
      if (group < 0) continue;
      // Without a branch: whether a visitor has been seen is as good as random.
      const word = place * words + (group >>> 5);
      const known = bits[word]!;
      bits[word] = known | (1 << (group & 31));
      to[group]! += 1 - ((known >>> (group & 31)) & 1);
      total += 1 - met[place]!;
      met[place] = 1;
    }
  }
  return total;
}

function countInOrder(
  { group: list, from, visitor, sessions }: Runs,
  only: Uint8Array | undefined,
  order: Uint32Array,
  stamps: Stamps,
  to: Float64Array,
): number {
  const seen = stamps.of;
  let stamp = stamps.last;
  let last = -1;
  let lastCounted = stamp;
  let total = 0;
  for (let index = 0; index < sessions; index++) {
    const session = order[index]!;
    const end = from[session + 1]!;
    const place = visitor[session]!;
    if (only !== undefined && only[place] === 0) continue;
    if (place !== last) {
      last = place;
      stamp += 1;
    }
    for (let run = from[session]!; run < end; run++) {
      const group = list[run]!;
      if (group < 0 || seen[group] === stamp) continue;
      seen[group] = stamp;
      to[group]! += 1;
      if (lastCounted !== stamp) {
        lastCounted = stamp;
        total += 1;
      }
    }
  }
  stamps.last = stamp;
  return total;
}
