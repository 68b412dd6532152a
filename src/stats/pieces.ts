import type { Block } from "./block.ts";
import { compact } from "./compact.ts";
import { selectedEvents, type Selected } from "./select.ts";
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
export function cut(block: Block, selected: Selected): readonly Piece[] {
  const { sessions } = selected;
  if (!selected.events) {
    return sessions ? ofSessions(block, sessions) : [{ block, selected: EVERYTHING }];
  }
  const events = sessions ? selectedEvents(block, selected) : selected.events;
  const count = countOf(events);
  if (count === 0) return [];
  if (count < FEW * block.events) return [thinPiece(block, placesOf(events, count))];
  const { kinds, all, some, inSome } = look(block, sessions, events);
  if (some === 0) return ofSessions(block, marksOf(kinds, ALL));
  if (some < FEW * block.events) {
    const parted = thinPiece(block, placesIn(block, kinds, events, inSome));
    return all === 0 ? [parted] : [...ofSessions(block, marksOf(kinds, ALL)), parted];
  }
  return [{ block, selected: { sessions, events } }];
}

const thinPiece = (block: Block, events: Uint32Array): Piece => ({
  block: thin(block, events),
  selected: EVERYTHING,
  isThin: true,
});

/** The sessions of which an event counts, as a block of their own. */
export function touched(block: Block, { sessions, events }: Selected): Block | undefined {
  if (!events) return sessions ? copyOut(block, sessions) : block;
  const { kinds, all, some } = look(block, sessions, events);
  if (all + some === 0) return undefined;
  for (let session = 0; session < kinds.length; session++) {
    if (kinds[session] === SOME) kinds[session] = ALL;
  }
  return copyOut(block, kinds);
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
  if (events < FEW * block.events) {
    return [{ block: copyOut(block, sessions), selected: EVERYTHING }];
  }
  return [{ block, selected: { sessions, events: undefined } }];
}

/** All that is in a block. */
export const EVERYTHING: Selected = { sessions: undefined, events: undefined };

/**
 * Of each session whether none, all or some of its events count; how many events the sessions of
 * the two kinds have, and how many of the latter count.
 */
function look(block: Block, sessions: Uint8Array | undefined, events: Uint8Array) {
  const offset = block.sessionNumbers("offset");
  const kinds = new Uint8Array(block.sessions);
  let [all, some, inSome] = [0, 0, 0];
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
      inSome += count;
    }
  }
  return { kinds, all, some, inSome };
}

function marksOf(kinds: Uint8Array, kind: number): Uint8Array {
  const marks = new Uint8Array(kinds.length);
  for (let session = 0; session < marks.length; session++) {
    marks[session] = kinds[session] === kind ? 1 : NONE;
  }
  return marks;
}

const copyOut = (block: Block, marks: Uint8Array): Block =>
  compact(block, placesOf(marks, countOf(marks)));

function countOf(marks: Uint8Array): number {
  let count = 0;
  for (let place = 0; place < marks.length; place++) count += marks[place]!;
  return count;
}

/** @param count How many are marked with 1; no other is. */
function placesOf(marks: Uint8Array, count: number): Uint32Array {
  // Without a branch: which is the next cannot be foreseen.
  const places = new Uint32Array(count + 1);
  let at = 0;
  for (let place = 0; place < marks.length; place++) {
    places[at] = place;
    at += marks[place]!;
  }
  return places.subarray(0, count);
}

/** Events that count, of sessions of which some do. @param count How many these are. */
function placesIn(block: Block, kinds: Uint8Array, events: Uint8Array, count: number): Uint32Array {
  const offset = block.sessionNumbers("offset");
  const places = new Uint32Array(count + 1);
  let at = 0;
  for (let session = 0; session < kinds.length; session++) {
    if (kinds[session] !== SOME) continue;
    for (let event = offset[session]!; event < offset[session + 1]!; event++) {
      places[at] = event;
      at += events[event]!;
    }
  }
  return places.subarray(0, count);
}
