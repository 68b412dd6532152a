import type { Numbers, NumbersOf } from "./codec.ts";

// Memory for columns that is made ready before it is needed. The system clears memory that was
// never used page by page, when it is first written to: a third of the time of unpacking columns.
// So a process that expects questions writes to what it will need while nobody waits.
//
// Of one thread. What was taken is not given back: whoever still counts with a column that is no
// longer kept must not see it written to again.

/** Rooms are as large as a number of these: the pages of the system. */
const UNIT_BYTES = 4096;
/** Less than this is taken where it comes from. */
const LEAST_UNITS = 4;
/** One part in so many may be left over of a room. */
const SPARE = 8;

/** By size in units. */
const ready = new Map<number, ArrayBuffer[]>();
let bytes = 0;

/** Makes room for a column of so many bytes ready, if it is not too small to be worth it. */
export function makeReady(size: number): void {
  const units = Math.ceil(size / UNIT_BYTES);
  if (units < LEAST_UNITS) return;
  const room = new ArrayBuffer(units * UNIT_BYTES);
  new Uint8Array(room).fill(1);
  const alike = ready.get(units);
  if (alike) alike.push(room);
  else ready.set(units, [room]);
  bytes += room.byteLength;
}

/** Bytes that are ready and not taken yet. */
export const readyBytes = (): number => bytes;

/** A list to write numbers to, all of them: what is in it until then may be anything. */
export function roomFor<T extends Numbers>(type: NumbersOf<T>, length: number): T {
  const least = Math.ceil((length * type.BYTES_PER_ELEMENT) / UNIT_BYTES);
  const most = least + Math.floor(least / SPARE);
  for (let units = least; units <= most && bytes > 0; units += 1) {
    const room = takeRoom(units);
    if (room) return new type(room, 0, length);
  }
  return new type(length);
}

/** Lets go of a room at once, so that something else has its memory; there must be one. */
export function giveUpRoom(): void {
  // Of the sizes made last: those made first are of the newest events, which are asked for most.
  takeRoom([...ready.keys()].at(-1)!)?.transfer(0);
}

function takeRoom(units: number): ArrayBuffer | undefined {
  const alike = ready.get(units);
  const room = alike?.pop();
  if (alike?.length === 0) ready.delete(units);
  if (room) bytes -= room.byteLength;
  return room;
}
