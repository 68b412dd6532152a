import type { Block } from "./block.ts";
import { compact } from "./compact.ts";
import { pickStretches } from "./pick.ts";
import type { Selected } from "./select.ts";
import { thin } from "./thin.ts";

/** A block, or some sessions of one as a block, with what of it counts. */
export interface Piece {
  readonly block: Block;
  readonly selected: Selected;
  /** Whether events of its sessions are missing: these had more views than are in it. */
  readonly isThin?: true;
}

/** What of a block is left, below which it is copied out rather than walked around. */
const FEW = 1 / 4;

const NONE = 0;
const ALL = 1;
const SOME = 2;

/**
 * Cuts a block into sessions that count as a whole and those of which some events do.
 *
 * The first need no look at their events, and with nearly all filters and periods they are nearly
 * all. Where little counts, the pieces are small blocks of their own.
 */
export function cut(block: Block, { sessions, events }: Selected): readonly Piece[] {
  if (!events) return sessions ? ofSessions(block, sessions) : [{ block, selected: EVERYTHING }];
  const { kinds, all, some } = look(block, sessions, events);
  if (some === 0) return ofSessions(block, marksOf(kinds, ALL));
  if (some < FEW * block.events) {
    const { piece, stretches } = copyOut(block, marksOf(kinds, SOME));
    const parted = thin(piece.block, pickStretches(events, stretches));
    const whole = all === 0 ? [] : ofSessions(block, marksOf(kinds, ALL));
    return [...whole, { block: parted, selected: EVERYTHING, isThin: true }];
  }
  return [{ block, selected: { sessions, events } }];
}

/** The sessions of which an event counts, as a block of their own. */
export function touched(block: Block, { sessions, events }: Selected): Block | undefined {
  if (!events) return sessions ? copyOut(block, sessions).piece.block : block;
  const { kinds, all, some } = look(block, sessions, events);
  if (all + some === 0) return undefined;
  for (let session = 0; session < kinds.length; session++) {
    if (kinds[session] === SOME) kinds[session] = ALL;
  }
  return copyOut(block, kinds).piece.block;
}

/** Sessions as a whole, those marked with 1. */
function ofSessions(block: Block, sessions: Uint8Array): readonly Piece[] {
  const offset = block.sessionNumbers("offset");
  let [count, events] = [0, 0];
  for (let session = 0; session < sessions.length; session++) {
    const mark = sessions[session]!;
    count += mark;
    events += mark * (offset[session + 1]! - offset[session]!);
  }
  if (count === 0) return [];
  if (count === sessions.length) return [{ block, selected: EVERYTHING }];
  if (events < FEW * block.events) return [copyOut(block, sessions).piece];
  return [{ block, selected: { sessions, events: undefined } }];
}

/** All that is in a block. */
export const EVERYTHING: Selected = { sessions: undefined, events: undefined };

/** Of each session whether none, all or some of its events count; and how many events that is. */
function look(block: Block, sessions: Uint8Array | undefined, events: Uint8Array) {
  const offset = block.sessionNumbers("offset");
  const kinds = new Uint8Array(block.sessions);
  let [all, some] = [0, 0];
  let event = 0;
  for (let session = 0; session < kinds.length; session++) {
    const start = event;
    const end = offset[session + 1]!;
    let count = 0;
    for (; event < end; event++) count += events[event]!;
    if (count === 0 || (sessions !== undefined && sessions[session] === 0)) continue;
    if (count === end - start) {
      kinds[session] = ALL;
      all += count;
    } else {
      kinds[session] = SOME;
      some += end - start;
    }
  }
  return { kinds, all, some };
}

function marksOf(kinds: Uint8Array, kind: number): Uint8Array {
  const marks = new Uint8Array(kinds.length);
  for (let session = 0; session < marks.length; session++) {
    marks[session] = kinds[session] === kind ? 1 : NONE;
  }
  return marks;
}

function copyOut(block: Block, marks: Uint8Array) {
  const places = placesOf(marks);
  const copy = compact(block, places);
  const piece: Piece = { block: copy, selected: EVERYTHING };
  const stretches = { places, offset: block.sessionNumbers("offset"), length: copy.events };
  return { piece, stretches };
}

function placesOf(marks: Uint8Array): Uint32Array {
  let count = 0;
  for (let session = 0; session < marks.length; session++) count += marks[session]!;
  // Without a branch: which is the next cannot be foreseen.
  const places = new Uint32Array(count + 1);
  let at = 0;
  for (let session = 0; session < marks.length; session++) {
    places[at] = session;
    at += marks[session]!;
  }
  return places.subarray(0, count);
}
