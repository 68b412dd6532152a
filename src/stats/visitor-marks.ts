import { countMarks, type Marks } from "./count-marks.ts";
import type { Slice } from "./slice.ts";
import type { Visitors } from "./visitors.ts";

/**
 * Counts visitors by a bit for each visitor and group: the quickest where groups are few and ids
 * of visitors lie close.
 *
 * Bits are only set while blocks are walked, and counted at the end of the range: whether one is
 * set already is as good as random, and asking would take longer than setting it.
 */
export function createVisitorMarks(): Visitors {
  const marks: Marks = { first: 0, width: 0, shift: 0, words: 0, bits: new Int32Array(0) };
  let goals = new Uint8Array(0);
  let size = 0;
  let one = new Int32Array(0);

  return {
    begin({ first, end }, _, groups, idShift) {
      size = groups;
      marks.first = first;
      marks.shift = idShift;
      marks.width = ((end - 1 - first) >>> idShift) + 1;
      marks.words = Math.max(1, Math.ceil(groups / 32));
      const room = marks.width * marks.words;
      if (marks.bits.length < room) marks.bits = new Int32Array(Math.ceil(room * 1.25));
      else marks.bits.fill(0, 0, room);
      if (goals.length < marks.width) goals = new Uint8Array(marks.width * 2);
      else goals.fill(0, 0, marks.width);
    },
    addAll(slice, mask) {
      const visitor = slice.block.sessionNumbers("visitor");
      if (mask) markChosen(marks, visitor, slice, mask);
      else markAll(marks, visitor, slice);
    },
    addSessions(slice, groups) {
      const visitor = slice.block.sessionNumbers("visitor");
      if (marks.words === 1) markSessions(marks, visitor, slice, groups);
      else markSessionsOfMany(marks, visitor, slice, groups);
    },
    addEvents(slice, groups) {
      const visitor = slice.block.sessionNumbers("visitor");
      if (marks.words === 1) markEvents(marks, visitor, slice, groups);
      else markEventsOfMany(marks, visitor, slice, groups);
    },
    addGoals({ block, from, until }) {
      const visitor = block.sessionNumbers("visitor");
      for (let session = from; session < until; session++) {
        goals[(visitor[session]! - marks.first) >>> marks.shift] = 1;
      }
    },
    end(reached, to) {
      if (one.length < size) one = new Int32Array(size * 2);
      else one.fill(0, 0, size);
      const total = countMarks(marks, reached ? goals : undefined, size, one);
      for (let group = 0; group < size; group++) to[group]! += one[group]!;
      return total;
    },
  };
}

function markAll(
  { bits, first, shift }: Marks,
  visitor: Uint32Array,
  { from, until }: Slice,
): void {
  for (let session = from; session < until; session++)
    bits[(visitor[session]! - first) >>> shift] = 1;
}

function markChosen(
  { bits, first, shift }: Marks,
  visitor: Uint32Array,
  { from, until }: Slice,
  mask: Uint8Array,
): void {
  for (let session = from; session < until; session++) {
    bits[(visitor[session]! - first) >>> shift]! |= mask[session]!;
  }
}

function markSessions(
  { bits, first, shift }: Marks,
  visitor: Uint32Array,
  { from, until }: Slice,
  groups: Int32Array,
): void {
  for (let session = from; session < until; session++) {
    const group = groups[session - from]!;
    bits[(visitor[session]! - first) >>> shift]! |= (1 << group) & ~(group >> 31);
  }
}

function markSessionsOfMany(
  { bits, first, shift, words }: Marks,
  visitor: Uint32Array,
  { from, until }: Slice,
  groups: Int32Array,
): void {
  for (let session = from; session < until; session++) {
    const group = groups[session - from]!;
    if (group >= 0)
      bits[((visitor[session]! - first) >>> shift) * words + (group >> 5)]! |= 1 << (group & 31);
  }
}

/** How many events after the last one are read, though they count for nothing. */
export const READ_AHEAD = 3;

/**
 * Most sessions have a few events: these are read without a loop, and what is not of the session
 * is masked. To guess wrong where a loop ends takes longer than that.
 */
function markEvents(
  { bits, first, shift }: Marks,
  visitor: Uint32Array,
  { offset, from, until }: Slice,
  groups: Int32Array,
): void {
  let event = 0;
  const base = offset[from]!;
  for (let session = from; session < until; session++) {
    const end = offset[session + 1]! - base;
    const length = end - event;
    let word = 0;
    if (length <= READ_AHEAD + 1) {
      word =
        (bitOf(groups[event]!) & (-length >> 31)) |
        (bitOf(groups[event + 1]!) & ((1 - length) >> 31)) |
        (bitOf(groups[event + 2]!) & ((2 - length) >> 31)) |
        (bitOf(groups[event + 3]!) & ((3 - length) >> 31));
      event = end;
    } else for (; event < end; event++) word |= bitOf(groups[event]!);
    bits[(visitor[session]! - first) >>> shift]! |= word;
  }
}

/** None for -1. */
const bitOf = (group: number): number => (1 << group) & ~(group >> 31);

function markEventsOfMany(
  { bits, first, shift, words }: Marks,
  visitor: Uint32Array,
  { offset, from, until }: Slice,
  groups: Int32Array,
): void {
  let event = 0;
  const base = offset[from]!;
  for (let session = from; session < until; session++) {
    const row = ((visitor[session]! - first) >>> shift) * words;
    for (const end = offset[session + 1]! - base; event < end; event++) {
      const group = groups[event]!;
      if (group >= 0) bits[row + (group >> 5)]! |= 1 << (group & 31);
    }
  }
}
