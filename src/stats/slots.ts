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
  const started = block.sessionNumbers("started");
  const offset = block.sessionNumbers("offset");
  const after = block.eventNumbers("after");
  for (let session = 0; session < block.sessions; session++) {
    const start = started[session]! - base + HALF_MS;
    const end = offset[session + 1]!;
    for (let event = offset[session]!; event < end; event++) {
      out[event] = codes[((start + after[event]!) * SLOTS_PER_MS) | 0]!;
    }
  }
  return out;
}

/** The code of each session, and which of them may reach into another run of slots. */
export interface SessionCodes {
  readonly codes: Uint16Array;
  /** 1 for those. */
  readonly several: Uint8Array;
}

/** By start and duration alone; a duration is never shorter than the way to the last event. */
export function sessionCodes(block: Block, { base, codes, runs }: Slots): SessionCodes {
  const out = new Uint16Array(block.sessions);
  const several = new Uint8Array(block.sessions);
  const started = block.sessionNumbers("started");
  const duration = block.sessionNumbers("duration");
  // Something that is no event may have been recorded after the last one.
  const last = codes.length - 1;
  for (let session = 0; session < out.length; session++) {
    const start = started[session]! - base + HALF_MS;
    const slot = (start * SLOTS_PER_MS) | 0;
    const end = Math.min(((start + duration[session]!) * SLOTS_PER_MS) | 0, last);
    out[session] = codes[slot]!;
    several[session] = runs[slot] === runs[end] ? 0 : 1;
  }
  return { codes: out, several };
}
