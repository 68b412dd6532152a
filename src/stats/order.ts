import type { Block } from "./block.ts";

/** Of so many visitors it is looked at where in the range of ids they are. */
const SAMPLES = 4096;

/** A range of visitors, and where its sessions are in each block. */
export interface VisitorRange {
  /** Ids of visitors, half-open. */
  readonly first: number;
  readonly end: number;
  readonly from: Uint32Array;
  readonly until: Uint32Array;
}

/**
 * Cuts the visitors of blocks into ranges of about equally many events, the same for all blocks.
 *
 * Of a single visitor with very many sessions the range is as large as it must be.
 */
export function visitorRanges(blocks: readonly Block[], chunkEvents: number): VisitorRange[] {
  const visitors = blocks.map((block) => block.sessionNumbers("visitor"));
  return rangesOf(visitors, visitorBounds(blocks, visitors, chunkEvents));
}

/** Each range unpacks anew what is more than may be kept: rather some larger ones than more. */
const FEW_RANGES = 4;
const LARGER = 4;

/**
 * Cuts visitors for what is gathered of each range and sorted.
 *
 * @param count What is gathered in all.
 * @param gathered How much of it a range is to have, or some times as much where that is many ranges.
 */
export function fewRanges(
  blocks: readonly Block[],
  count: number,
  gathered: number,
): VisitorRange[] {
  const larger = Math.max(FEW_RANGES, Math.ceil(count / (gathered * LARGER)));
  const ranges = Math.min(Math.ceil(count / gathered), larger);
  const events = blocks.reduce((sum, block) => sum + block.events, 0);
  return visitorRanges(blocks, Math.ceil(events / Math.max(ranges, 1)));
}

/**
 * Cuts the visitors of blocks into as few ranges as have at most so many ids each.
 *
 * Each range needs the columns of all blocks: where these are more than can be kept, every range
 * unpacks them anew.
 *
 * @param idShift Ids of visitors are this far apart at least: 2 to this power.
 * @returns `undefined` where these would be more ranges than by events, or ids lie far apart.
 */
export function closeRanges(
  blocks: readonly Block[],
  mostIds: number,
  idShift: number,
  chunkEvents: number,
): VisitorRange[] | undefined {
  const visitors = blocks.map((block) => block.sessionNumbers("visitor"));
  const { lowest, highest, events, sessions } = extentOf(blocks, visitors);
  if (highest < 0) return [];
  const end = highest + 1;
  const count = Math.ceil((end - lowest) / mostIds);
  if (!(count <= Math.ceil(events / chunkEvents))) return undefined;
  if (isSparse({ first: 0, end: (end - lowest) >>> idShift }, sessions)) return undefined;
  const bounds = Array.from({ length: count }, (_, range) => lowest + range * mostIds);
  return rangesOf(visitors, [...bounds, end]);
}

function rangesOf(visitors: readonly Uint32Array[], bounds: readonly number[]): VisitorRange[] {
  let from = new Uint32Array(visitors.length);
  return bounds.slice(1).map((end, index) => {
    const until = Uint32Array.from(visitors, (ids, block) => firstAtLeast(ids, end, from[block]!));
    const range = { first: bounds[index]!, end, from, until };
    from = until;
    return range;
  });
}

/**
 * Cuts blocks one by one into stretches of at most about so many events: for what needs not all of
 * a visitor at once. Then a range has few slices, and what each costs is spread over more events.
 */
export function blockRanges(blocks: readonly Block[], chunkEvents: number): VisitorRange[] {
  return blocks.flatMap((block, index) => {
    const { sessions, events } = block;
    const each = Math.ceil(sessions / Math.ceil(events / chunkEvents));
    return Array.from({ length: Math.ceil(sessions / each) }, (_, part) => {
      const range = {
        first: 0,
        end: 0,
        from: new Uint32Array(blocks.length),
        until: new Uint32Array(blocks.length),
      };
      range.from[index] = part * each;
      range.until[index] = Math.min((part + 1) * each, sessions);
      return range;
    });
  });
}

/** From a sample: ids of visitors are not spread evenly over time, so neither over blocks. */
function visitorBounds(
  blocks: readonly Block[],
  visitors: readonly Uint32Array[],
  chunkEvents: number,
): number[] {
  const { lowest, highest, events, sessions } = extentOf(blocks, visitors);
  if (highest < 0) return [];
  const samples: number[] = [];
  const every = Math.ceil(sessions / SAMPLES);
  for (const ids of visitors) {
    for (let at = every >> 1; at < ids.length; at += every) samples.push(ids[at]!);
  }
  const sorted = Float64Array.from(samples).sort();
  const chunks = Math.ceil(events / chunkEvents);
  const bounds = [lowest];
  for (let chunk = 1; chunk < chunks; chunk++) {
    const bound = sorted[Math.floor((chunk * sorted.length) / chunks)];
    if (bound !== undefined && bound > bounds.at(-1)!) bounds.push(bound);
  }
  bounds.push(highest + 1);
  return bounds;
}

/** How much there is in blocks, and from which visitor to which: -1 if there is none. */
function extentOf(blocks: readonly Block[], visitors: readonly Uint32Array[]) {
  let [events, sessions] = [0, 0];
  let [lowest, highest] = [Infinity, -1];
  for (const [index, ids] of visitors.entries()) {
    if (ids.length === 0) continue;
    events += blocks[index]!.events;
    sessions += ids.length;
    lowest = Math.min(lowest, ids[0]!);
    highest = Math.max(highest, ids.at(-1)!);
  }
  return { lowest, highest, events, sessions };
}

function firstAtLeast(ids: Uint32Array, bound: number, from: number): number {
  let [low, high] = [from, ids.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sessions of all blocks in a range, also those that count no more. */
export function sessionsIn({ from, until }: VisitorRange): number {
  let sessions = 0;
  for (let index = 0; index < from.length; index++) sessions += until[index]! - from[index]!;
  return sessions;
}

/**
 * Sorts the visitors of a range: where each is found, equal ones in the order they came.
 *
 * `idShift`: ids are this far apart at least, 2 to this power.
 */
export type VisitorSort = (
  visitors: Uint32Array,
  count: number,
  range: Pick<VisitorRange, "first" | "end">,
  idShift?: number,
) => Uint32Array;

/** Ids of one range may be far apart in a small site of a large installation. */
const SPARSE = 16;

/** Whether a place for each id of a range would be far more than there are sessions. */
export const isSparse = (
  { first, end }: Pick<VisitorRange, "first" | "end">,
  sessions: number,
): boolean => end - first > SPARSE * sessions + 1024;

/** Sorts by counting where ids lie close. What it gives is filled anew at the next call. */
export function createVisitorSort(): VisitorSort {
  let counts = new Uint32Array(0);
  let order = new Uint32Array(0);
  return (visitors, count, { first, end }, idShift = 0) => {
    if (order.length < count) order = new Uint32Array(Math.ceil(count * 1.25));
    const width = ((end - 1 - first) >>> idShift) + 1;
    if (isSparse({ first: 0, end: width }, count)) {
      for (let index = 0; index < count; index++) order[index] = index;
      order.subarray(0, count).sort((a, b) => visitors[a]! - visitors[b]! || a - b);
      return order;
    }
    if (counts.length <= width) counts = new Uint32Array(Math.ceil(width * 1.25) + 1);
    else counts.fill(0, 0, width + 1);
    sortByCounting(visitors, count, first, idShift, width, counts, order);
    return order;
  };
}

function sortByCounting(
  visitors: Uint32Array,
  count: number,
  first: number,
  shift: number,
  width: number,
  counts: Uint32Array,
  order: Uint32Array,
): void {
  for (let index = 0; index < count; index++) {
    counts[((visitors[index]! - first) >>> shift) + 1]! += 1;
  }
  for (let id = 1; id <= width; id++) counts[id]! += counts[id - 1]!;
  for (let index = 0; index < count; index++) {
    order[counts[(visitors[index]! - first) >>> shift]!++] = index;
  }
}
