import type { Block } from "./block.ts";

/** Clocks of all zones show full quarters of an hour at the same time, and are changed at one. */
export const SLOT_MS = 15 * 60 * 1000;

/** A code for each quarter of an hour that a block spans: one look an event, and no calendar. */
export interface Slots {
  /** Where the first begins. */
  readonly base: number;
  readonly codes: Uint16Array;
  /** Slots of one run follow each other and have one code. */
  readonly runs: Uint32Array;
}

/**
 * @param codeOf The code from one moment to another, `undefined` where there are several.
 * @returns `undefined`, if a slot has several.
 */
export function slotsOf(
  { from, until }: Block,
  codeOf: (first: number, last: number) => number | undefined,
): Slots | undefined {
  const base = Math.floor(from / SLOT_MS) * SLOT_MS;
  const codes = new Uint16Array(Math.ceil((until - base) / SLOT_MS));
  const runs = new Uint32Array(codes.length);
  let run = 0;
  for (let slot = 0; slot < codes.length; slot++) {
    const start = base + slot * SLOT_MS;
    const code = codeOf(Math.max(start, from), Math.min(start + SLOT_MS, until) - 1);
    if (code === undefined) return undefined;
    if (slot > 0 && code !== codes[slot - 1]) run += 1;
    codes[slot] = code;
    runs[slot] = run;
  }
  return { base, codes, runs };
}

// Multiplied and not divided, which takes several times as long; half a millisecond more, so that
// what is rounded down never loses a slot it has just reached: moments are whole milliseconds.
const SLOTS_PER_MS = 1 / SLOT_MS;
const HALF_MS = 0.5;

/** The code of each event. */
export function eventCodes(block: Block, { base, codes }: Slots): Uint16Array {
  const out = new Uint16Array(block.events);
  const since = block.sessionNumbers("since");
  const offset = block.sessionNumbers("offset");
  const after = block.eventNumbers("after");
  const shift = block.from - base + HALF_MS;
  for (let session = 0; session < block.sessions; session++) {
    const start = since[session]! + shift;
    const end = offset[session + 1]!;
    for (let event = offset[session]!; event < end; event++) {
      out[event] = codes[((start + after[event]!) * SLOTS_PER_MS) | 0]!;
    }
  }
  return out;
}

/**
 * Writes what the code of each session of a stretch stands for, and -1 for those that may reach
 * into another run of slots.
 *
 * By start and duration alone; a duration is never shorter than the way to the last event.
 */
export function writeSlotNumbers(
  block: Block,
  { base, codes, runs }: Slots,
  { from, until }: { readonly from: number; readonly until: number },
  numbers: Uint32Array,
  out: Int32Array,
): void {
  const since = block.sessionNumbers("since");
  const duration = block.sessionNumbers("duration");
  slotNumbers(since, duration, block.from - base + HALF_MS, codes, runs, from, until, numbers, out);
}

// The arrays one by one: a loop over arrays that are found in objects is compiled later.

function slotNumbers(
  since: Uint32Array | Float64Array,
  duration: Uint32Array,
  shift: number,
  codes: Uint16Array,
  runs: Uint32Array,
  from: number,
  until: number,
  numbers: Uint32Array,
  out: Int32Array,
): void {
  // Something that is no event may have been recorded after the last one.
  const last = codes.length - 1;
  for (let session = from; session < until; session++) {
    const start = since[session]! + shift;
    const slot = (start * SLOTS_PER_MS) | 0;
    const end = Math.min(((start + duration[session]!) * SLOTS_PER_MS) | 0, last);
    out[session - from] = runs[slot] === runs[end] ? numbers[codes[slot]!]! : -1;
  }
}

/** Finds the sessions that may reach into another run of slots. @returns Their places, rising. */
export function findSeveral(block: Block, { base, runs }: Slots, room: Int32Array): Uint32Array {
  const since = block.sessionNumbers("since");
  const duration = block.sessionNumbers("duration");
  const count = several(since, duration, block.from - base + HALF_MS, runs, block.sessions, room);
  return Uint32Array.from(room.subarray(0, count));
}

function several(
  since: Uint32Array | Float64Array,
  duration: Uint32Array,
  shift: number,
  runs: Uint32Array,
  sessions: number,
  out: Int32Array,
): number {
  const last = runs.length - 1;
  let count = 0;
  for (let session = 0; session < sessions; session++) {
    const start = since[session]! + shift;
    const slot = (start * SLOTS_PER_MS) | 0;
    const end = Math.min(((start + duration[session]!) * SLOTS_PER_MS) | 0, last);
    out[count] = session;
    count += runs[slot] === runs[end] ? 0 : 1;
  }
  return count;
}
