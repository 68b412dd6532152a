import type { Block } from "./block.ts";
import { createVisitorSort, fewRanges, type VisitorRange } from "./order.ts";
import type { Tuning } from "./tuning.ts";
import type { Workbench } from "./workbench.ts";

/** A block with what its events match: 0 for nothing, else any bits. */
export interface Marked {
  readonly block: Block;
  readonly marks: Uint8Array;
}

/**
 * The marked events of some visitors, all that the blocks hold of them.
 *
 * Columns stand as the blocks do. By `order` those of one visitor stand side by side, in order of
 * block, of session and of place in it: that is the order of time as a rule, but not where
 * sessions overlap. The arrays are longer than `count`, and are filled anew for the next chunk.
 */
export interface HitChunk {
  readonly count: number;
  readonly order: Uint32Array;
  readonly visitors: Uint32Array;
  readonly at: Float64Array;
  readonly marks: Uint8Array;
  /** Place of the block in the list. */
  readonly blocks: Uint32Array;
  /** Place of the session in its block. */
  readonly sessions: Uint32Array;
  /** Place of the event in its block. */
  readonly events: Uint32Array;
}

/**
 * Walks what is marked by visitor, a range of visitors at a time.
 *
 * @returns A chunk for each range; nothing in between, where others may have their turn.
 */
export function* hitsByVisitor(
  marked: readonly Marked[],
  bench: Workbench,
  { gathered }: Tuning,
): Generator<HitChunk | undefined> {
  const blocks = marked.map(({ block }) => block);
  const hits = marked.reduce((sum, { marks }) => sum + countMarked(marks, 0, marks.length), 0);
  const sort = createVisitorSort();
  for (const range of fewRanges(blocks, hits, gathered)) {
    const columns = bench.columns("hits", hitsIn(range, marked) + 1, columnsOf);
    let count = 0;
    for (let block = 0; block < marked.length; block += 1) {
      const [from, until] = [range.from[block]!, range.until[block]!];
      if (from === until) continue;
      count = gather(sourceOf(marked[block]!), block, from, until, columns, count);
      yield undefined;
    }
    yield { ...columns, count, order: sort(columns.visitors, count, range) };
  }
}

type Columns = Omit<HitChunk, "count" | "order">;

const columnsOf = (events: number): Columns => ({
  visitors: new Uint32Array(events),
  at: new Float64Array(events),
  marks: new Uint8Array(events),
  blocks: new Uint32Array(events),
  sessions: new Uint32Array(events),
  events: new Uint32Array(events),
});

interface Source {
  readonly visitor: Uint32Array;
  readonly offset: Uint32Array;
  /** Epoch ms that `since` counts from. */
  readonly origin: number;
  readonly since: Uint32Array | Float64Array;
  readonly after: Uint32Array;
  readonly marks: Uint8Array;
}

/** Asked for anew in each range: of a long period all columns are more than may be held. */
const sourceOf = ({ block, marks }: Marked): Source => ({
  visitor: block.sessionNumbers("visitor"),
  offset: block.sessionNumbers("offset"),
  origin: block.from,
  since: block.sessionNumbers("since"),
  after: block.eventNumbers("after"),
  marks,
});

function hitsIn({ from, until }: VisitorRange, marked: readonly Marked[]): number {
  let hits = 0;
  for (let block = 0; block < marked.length; block += 1) {
    const offset = marked[block]!.block.sessionNumbers("offset");
    hits += countMarked(marked[block]!.marks, offset[from[block]!]!, offset[until[block]!]!);
  }
  return hits;
}

function countMarked(marks: Uint8Array, from: number, until: number): number {
  let count = 0;
  for (let event = from; event < until; event += 1) count += marks[event] === 0 ? 0 : 1;
  return count;
}

/** Adds the marked events of some sessions of a block. @returns How many there are then. */
function gather(
  { visitor, offset, origin, since, after, marks }: Source,
  block: number,
  from: number,
  until: number,
  to: Columns,
  count: number,
): number {
  const end = offset[until]!;
  // Without a branch: whether an event is marked is not to be foreseen, and a wrong guess costs
  // more than a write that the next one overwrites.
  let size = count;
  for (let event = offset[from]!; event < end; event += 1) {
    const mark = marks[event]!;
    to.events[size] = event;
    to.marks[size] = mark;
    size += mark === 0 ? 0 : 1;
  }
  let session = from;
  for (let hit = count; hit < size; hit += 1) {
    const event = to.events[hit]!;
    while (offset[session + 1]! <= event) session += 1;
    to.visitors[hit] = visitor[session]!;
    to.at[hit] = origin + since[session]! + after[event]!;
    to.blocks[hit] = block;
    to.sessions[hit] = session;
  }
  return size;
}
