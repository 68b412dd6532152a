import type { Block } from "./block.ts";

/**
 * Sessions of some visitors, all that the blocks hold of them, in order of visitor.
 *
 * Equal visitors are in order of block, then of place, which is not always the order of time:
 * late events and wrong clocks make sessions overlap. Sessions that count no more are left out.
 * The arrays are longer than `count` and are filled anew for the next chunk.
 */
export interface VisitorChunk {
  readonly count: number;
  readonly visitor: Uint32Array;
  /** Place of the block in the list. */
  readonly block: Uint32Array;
  /** Place of the session in its block. */
  readonly session: Uint32Array;
}

/** As many events fit into the second cache of a core, with what is kept about each. */
const CHUNK_EVENTS = 1 << 16;
const SAMPLE_EVERY = 64;

/**
 * Walks the sessions of all blocks by visitor, some thousand visitors at a time.
 *
 * Blocks are sorted by visitor, so a chunk is a range of each; nothing grows with the number of
 * sessions in all. Between two chunks is a good moment to yield.
 */
export function* visitorChunks(blocks: readonly Block[]): Generator<VisitorChunk> {
  const visitors = blocks.map((block) => block.sessionNumbers("visitor"));
  const sort = createSort();
  for (const range of visitorRanges(blocks)) {
    const { from, until } = range;
    let room = 0;
    for (let index = 0; index < blocks.length; index++) room += until[index]! - from[index]!;
    sort.begin(range, room);
    for (let index = 0; index < blocks.length; index++) {
      const { skip } = blocks[index]!;
      for (let session = from[index]!; session < until[index]!; session++) {
        if (skip?.[session] !== 1) sort.add(visitors[index]![session]!, index, session);
      }
    }
    yield sort.end();
  }
}

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
export function visitorRanges(
  blocks: readonly Block[],
  chunkEvents = CHUNK_EVENTS,
): VisitorRange[] {
  const visitors = blocks.map((block) => block.sessionNumbers("visitor"));
  const bounds = visitorBounds(blocks, visitors, chunkEvents);
  let from = new Uint32Array(blocks.length);
  return bounds.slice(1).map((end, index) => {
    const until = Uint32Array.from(visitors, (ids, block) => firstAtLeast(ids, end, from[block]!));
    const range = { first: bounds[index]!, end, from, until };
    from = until;
    return range;
  });
}

/** From a sample: ids of visitors are not spread evenly over time, so neither over blocks. */
function visitorBounds(
  blocks: readonly Block[],
  visitors: readonly Uint32Array[],
  chunkEvents: number,
): number[] {
  const samples: number[] = [];
  let events = 0;
  let [lowest, highest] = [Infinity, -1];
  for (const [index, ids] of visitors.entries()) {
    if (ids.length === 0) continue;
    events += blocks[index]!.events;
    lowest = Math.min(lowest, ids[0]!);
    highest = Math.max(highest, ids.at(-1)!);
    for (let at = SAMPLE_EVERY >> 1; at < ids.length; at += SAMPLE_EVERY) samples.push(ids[at]!);
  }
  if (highest < 0) return [];
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

function firstAtLeast(ids: Uint32Array, bound: number, from: number): number {
  let [low, high] = [from, ids.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Ids of one chunk may be far apart in a small site of a large installation. */
const SPARSE = 16;

/** Sorts by counting, which keeps equal ones in the order they came. */
function createSort() {
  let [ids, blocks, sessions] = [new Uint32Array(0), new Uint32Array(0), new Uint32Array(0)];
  let [visitor, block, session] = [new Uint32Array(0), new Uint32Array(0), new Uint32Array(0)];
  let counts = new Uint32Array(0);
  let [count, first, width] = [0, 0, 0];
  return {
    begin(range: VisitorRange, room: number): void {
      if (ids.length < room) {
        [ids, blocks, sessions] = [0, 1, 2].map(() => new Uint32Array(room)) as Three;
        [visitor, block, session] = [0, 1, 2].map(() => new Uint32Array(room)) as Three;
      }
      count = 0;
      first = range.first;
      width = range.end - range.first;
    },
    add(id: number, inBlock: number, place: number): void {
      ids[count] = id;
      blocks[count] = inBlock;
      sessions[count] = place;
      count += 1;
    },
    end(): VisitorChunk {
      if (width > SPARSE * count + 1024) {
        const order = Uint32Array.from({ length: count }, (_, index) => index);
        order.sort((a, b) => ids[a]! - ids[b]! || a - b);
        for (let to = 0; to < count; to++) move(order[to]!, to);
        return { count, visitor, block, session };
      }
      if (counts.length <= width) counts = new Uint32Array(width + 1);
      else counts.fill(0, 0, width + 1);
      for (let index = 0; index < count; index++) counts[ids[index]! - first + 1]! += 1;
      for (let id = 1; id <= width; id++) counts[id]! += counts[id - 1]!;
      for (let index = 0; index < count; index++) move(index, counts[ids[index]! - first]!++);
      return { count, visitor, block, session };
    },
  };

  function move(from: number, to: number): void {
    visitor[to] = ids[from]!;
    block[to] = blocks[from]!;
    session[to] = sessions[from]!;
  }
}

type Three = [Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>];
