import type { Room } from "./workbench.ts";

/** Up to so many groups, four tables of them are quicker to count in than one. */
const FEW = 64;

/**
 * Adds to each group how often it is in a list.
 *
 * @param groups -1 for none.
 * @param size How many groups there are.
 * @param room To count in.
 */
export function countGroups(
  groups: Int32Array,
  length: number,
  size: number,
  room: Room,
  to: Float64Array,
): void {
  const tables = size <= FEW ? 4 : 1;
  const width = size + 1; // the first for -1
  const counts = room.int32(tables * width);
  counts.fill(0, 0, tables * width);
  if (tables === 4) countByTurns(groups, length, width, counts);
  else countOne(groups, length, counts);
  for (let group = 0; group < size; group++) {
    for (let table = 0; table < tables; table++) to[group]! += counts[group + 1 + table * width]!;
  }
}

/** To add to a number just written waits for that, and with few groups it is often the same one. */
function countByTurns(groups: Int32Array, length: number, width: number, counts: Int32Array): void {
  let event = 0;
  for (; event + 3 < length; event += 4) {
    counts[groups[event]! + 1]! += 1;
    counts[groups[event + 1]! + 1 + width]! += 1;
    counts[groups[event + 2]! + 1 + 2 * width]! += 1;
    counts[groups[event + 3]! + 1 + 3 * width]! += 1;
  }
  for (; event < length; event++) counts[groups[event]! + 1]! += 1;
}

function countOne(groups: Int32Array, length: number, counts: Int32Array): void {
  for (let event = 0; event < length; event++) counts[groups[event]! + 1]! += 1;
}
