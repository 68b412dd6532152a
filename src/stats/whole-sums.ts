import type { Codes } from "./look-up.ts";

// Of sessions all of whose events count in one group: one number and one group each. A loop for
// each type of array, as in look-up.ts.

/**
 * Adds a number of each session to its group.
 *
 * @param column Of the block; the sessions are those from `from` to before `until`.
 * @param groups Of each of these sessions; -1 where it does not count.
 * @returns What was added in all.
 */
export function addWhole(
  column: Codes,
  from: number,
  until: number,
  groups: Int32Array,
  to: Float64Array,
): number {
  if (column instanceof Uint8Array) return add8(column, from, until, groups, to);
  if (column instanceof Uint16Array) return add16(column, from, until, groups, to);
  return add32(column, from, until, groups, to);
}

function add8(
  column: Uint8Array,
  from: number,
  until: number,
  groups: Int32Array,
  to: Float64Array,
): number {
  let total = 0;
  for (let session = from; session < until; session++) {
    const group = groups[session - from]!;
    if (group < 0) continue;
    const value = column[session]!;
    total += value;
    to[group]! += value;
  }
  return total;
}

function add16(
  column: Uint16Array,
  from: number,
  until: number,
  groups: Int32Array,
  to: Float64Array,
): number {
  let total = 0;
  for (let session = from; session < until; session++) {
    const group = groups[session - from]!;
    if (group < 0) continue;
    const value = column[session]!;
    total += value;
    to[group]! += value;
  }
  return total;
}

function add32(
  column: Uint32Array,
  from: number,
  until: number,
  groups: Int32Array,
  to: Float64Array,
): number {
  let total = 0;
  for (let session = from; session < until; session++) {
    const group = groups[session - from]!;
    if (group < 0) continue;
    const value = column[session]!;
    total += value;
    to[group]! += value;
  }
  return total;
}

/** Adds 1 for each session. */
export function countWhole(sessions: number, groups: Int32Array, to: Float64Array): number {
  let total = 0;
  for (let session = 0; session < sessions; session++) {
    const group = groups[session]!;
    if (group < 0) continue;
    total += 1;
    to[group]! += 1;
  }
  return total;
}

/**
 * Adds up the numbers of sessions.
 *
 * @param mask 1 for those that count, by place in the column; undefined for all.
 */
export function sumAll(
  column: Codes,
  from: number,
  until: number,
  mask: Uint8Array | undefined,
): number {
  if (column instanceof Uint8Array)
    return mask ? masked8(column, from, until, mask) : sum8(column, from, until);
  if (column instanceof Uint16Array)
    return mask ? masked16(column, from, until, mask) : sum16(column, from, until);
  return mask ? masked32(column, from, until, mask) : sum32(column, from, until);
}

function sum8(column: Uint8Array, from: number, until: number): number {
  let total = 0;
  for (let session = from; session < until; session++) total += column[session]!;
  return total;
}

function masked8(column: Uint8Array, from: number, until: number, mask: Uint8Array): number {
  let total = 0;
  for (let session = from; session < until; session++) total += column[session]! * mask[session]!;
  return total;
}

function sum16(column: Uint16Array, from: number, until: number): number {
  let total = 0;
  for (let session = from; session < until; session++) total += column[session]!;
  return total;
}

function masked16(column: Uint16Array, from: number, until: number, mask: Uint8Array): number {
  let total = 0;
  for (let session = from; session < until; session++) total += column[session]! * mask[session]!;
  return total;
}

function sum32(column: Uint32Array, from: number, until: number): number {
  let total = 0;
  for (let session = from; session < until; session++) total += column[session]!;
  return total;
}

function masked32(column: Uint32Array, from: number, until: number, mask: Uint8Array): number {
  let total = 0;
  for (let session = from; session < until; session++) total += column[session]! * mask[session]!;
  return total;
}

/** Adds how many events each session has to its group. */
export function addEventsOfWhole(
  offset: Uint32Array,
  from: number,
  until: number,
  groups: Int32Array,
  to: Float64Array,
): void {
  for (let session = from; session < until; session++) {
    const group = groups[session - from]!;
    if (group >= 0) to[group]! += offset[session + 1]! - offset[session]!;
  }
}

/** How many events the sessions have that count. @param mask 1 for those, by place. */
export function countEventsOfWhole(
  offset: Uint32Array,
  from: number,
  until: number,
  mask: Uint8Array | undefined,
): number {
  if (!mask) return offset[until]! - offset[from]!;
  let total = 0;
  for (let session = from; session < until; session++) {
    total += mask[session]! * (offset[session + 1]! - offset[session]!);
  }
  return total;
}
