import type { Block } from "./block.ts";
import type { Buckets } from "./bucket-of.ts";
import { createVisitorSort, fewRanges, type VisitorRange } from "./order.ts";
import type { Stretch } from "./question.ts";
import type { Tuning } from "./tuning.ts";
import type { Workbench } from "./workbench.ts";

/** Marks of what somebody did: may make a visitor of a cohort; is being active. */
export const BEGINS = 1;
export const IS_ACTIVE = 2;

/** A block, and what of it matters to a question about who comes back. */
export interface ActiveBlock {
  readonly block: Block;
  /** 1 for sessions that may be looked at; undefined for all. */
  readonly sessions: Uint8Array | undefined;
  /** The marks of each event; undefined where all have both. */
  readonly marks: Uint8Array | undefined;
  /** 1 for sessions whose events may make a visitor of a cohort; undefined for all. */
  readonly beginning: Uint8Array | undefined;
}

/**
 * What some visitors did, by bucket: at least once for each bucket and mark.
 *
 * By `order` what one visitor did stands side by side. The arrays are longer than `count`, and
 * are filled anew for the next chunk.
 */
export interface ActivityChunk {
  readonly count: number;
  readonly order: Uint32Array;
  readonly visitors: Uint32Array;
  readonly buckets: Uint16Array;
  readonly marks: Uint8Array;
}

/**
 * Walks what visitors did, a range of them at a time; gives nothing in between, where others may
 * have their turn.
 *
 * Nearly all sessions lie in one bucket: of those the events are not looked at more than it takes
 * to know their marks, nor their times at all.
 */
export function* activityByVisitor(
  active: readonly ActiveBlock[],
  buckets: Buckets,
  period: Stretch,
  { bench, tuning }: { readonly bench: Workbench; readonly tuning: Tuning },
): Generator<ActivityChunk | undefined> {
  const blocks = active.map(({ block }) => block);
  // Nearly all sessions are told of once.
  const sessions = blocks.reduce((sum, block) => sum + block.sessions, 0);
  const sort = createVisitorSort();
  for (const range of fewRanges(blocks, sessions, tuning.gathered)) {
    const columns = bench.columns("activity", eventsIn(range, active), columnsOf);
    let count = 0;
    for (let block = 0; block < active.length; block += 1) {
      const [from, until] = [range.from[block]!, range.until[block]!];
      if (from === until) continue;
      const source = createSource(active[block]!, buckets, period);
      count = gather(source, from, until, columns, count);
      yield undefined;
    }
    yield { ...columns, count, order: sort(columns.visitors, count, range) };
  }
}

type Columns = Pick<ActivityChunk, "visitors" | "buckets" | "marks">;

const columnsOf = (room: number): Columns => ({
  visitors: new Uint32Array(room),
  buckets: new Uint16Array(room),
  marks: new Uint8Array(room),
});

type Source = ReturnType<typeof createSource>;

/** Asked for anew in each range: of a long period all columns are more than may be held. */
function createSource(active: ActiveBlock, buckets: Buckets, period: Stretch) {
  const { block } = active;
  return {
    ...active,
    of: buckets.of,
    ends: buckets.ends,
    begin: period.from,
    end: period.until,
    visitor: block.sessionNumbers("visitor"),
    from: block.from,
    since: block.sessionNumbers("since"),
    duration: block.sessionNumbers("duration"),
    offset: block.sessionNumbers("offset"),
  };
}

/** How many events a range of visitors has: there is no more to tell of them. */
function eventsIn({ from, until }: VisitorRange, active: readonly ActiveBlock[]): number {
  let events = 0;
  for (let block = 0; block < active.length; block += 1) {
    const offset = active[block]!.block.sessionNumbers("offset");
    events += offset[until[block]!]! - offset[from[block]!]!;
  }
  return events;
}

/** Adds what some sessions of a block tell. @returns How much there is then. */
function gather(source: Source, from: number, until: number, to: Columns, count: number): number {
  const { sessions, marks, beginning, visitor, since, duration, of, ends } = source;
  const { begin, end, from: origin } = source;
  let size = count;
  for (let session = from; session < until; session += 1) {
    if (sessions !== undefined && sessions[session] === 0) continue;
    const mask =
      beginning === undefined || beginning[session] === 1 ? BEGINS | IS_ACTIVE : IS_ACTIVE;
    const first = origin + since[session]!;
    const bucket = first >= begin && first < end ? of(first) : -1;
    if (bucket < 0 || first + duration[session]! >= ends[bucket]!) {
      size = gatherEvents(source, session, mask, to, size);
      continue;
    }
    const all = marks === undefined ? mask : marksOf(source, session, mask);
    if (all === 0) continue;
    to.visitors[size] = visitor[session]!;
    to.buckets[size] = bucket;
    to.marks[size] = all;
    size += 1;
  }
  return size;
}

/** The marks of a session's events together; the first ones tell as a rule. */
function marksOf({ marks, offset }: Source, session: number, mask: number): number {
  const end = offset[session + 1]!;
  let all = 0;
  for (let event = offset[session]!; event < end && all !== mask; event += 1) {
    all |= marks![event]! & mask;
  }
  return all;
}

/** Adds what the events of one session tell, each by itself. */
function gatherEvents(
  { block, marks, visitor, since, offset, of }: Source,
  session: number,
  mask: number,
  to: Columns,
  count: number,
): number {
  const after = block.eventNumbers("after");
  const start = block.from + since[session]!;
  let size = count;
  for (let event = offset[session]!; event < offset[session + 1]!; event += 1) {
    const own = marks === undefined ? mask : marks[event]! & mask;
    if (own === 0) continue;
    to.visitors[size] = visitor[session]!;
    to.buckets[size] = of(start + after[event]!);
    to.marks[size] = own;
    size += 1;
  }
  return size;
}
