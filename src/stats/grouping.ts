import type { Block } from "./block.ts";
import type { Keys } from "./counter.ts";
import type { Dimension } from "./dimensions.ts";
import { numberTime, numberingOf, type Numbered, type Numbering } from "./numbering.ts";
import type { Question, Stretch } from "./question.ts";
import { createScratch } from "./scratch.ts";
import type { SiteFacts } from "./site-data.ts";

/** The columns of one block by which its events are grouped; none, one or two. */
export interface GroupColumns {
  /** Of sessions only if all of them are. */
  readonly of: "session" | "event";
  readonly columns: readonly Numbered[];
}

/** A stretch of a block: sessions, and the events of them. */
export interface Slice {
  readonly block: Block;
  readonly offset: Uint32Array;
  /** Places of sessions, half-open. */
  readonly from: number;
  readonly until: number;
}

/** Tells which group an event is of. Groups are numbered 0, 1, 2 … */
export interface Grouping {
  add(block: Block): GroupColumns;
  /**
   * Writes the group of each session of the slice, or of each event if `of` says so.
   *
   * All blocks must have been added.
   */
  fill(slice: Slice, groups: GroupColumns, of: "session" | "event", out: Int32Array): void;
  /** How many there are, or may be: some of them may have no event that counts. */
  size(): number;
  /** What these groups stand for, in each dimension. */
  keysOf(groups: Uint32Array): readonly Keys[];
}

/** @param period With its buckets, when it is grouped by time. */
export function createGrouping(
  facts: SiteFacts,
  { by = [], zone }: Pick<Question, "by" | "zone">,
  period: Stretch,
  buckets: readonly number[] | undefined,
): Grouping {
  const numberings = by.map((dimension) =>
    dimension === "time"
      ? numberTime(buckets ?? [period.from], period.until)
      : numberingOf(facts, dimension satisfies Dimension, zone),
  );
  const writer = createWriter();
  const pairs = createPairs(numberings);
  const [, second] = numberings;
  return {
    add(block) {
      const columns = numberings.map((numbering) => numbering.add(block));
      const of = columns.every((column) => column.of === "session") ? "session" : "event";
      return { of, columns };
    },
    fill(slice, { columns }, of, out) {
      const [a, b] = columns;
      if (!a) return void out.fill(0, 0, lengthOf(slice, of));
      writer.write(slice, a, of, out);
      if (b) pairs.join(out, writer.written(slice, b, of), lengthOf(slice, of));
    },
    size: () => (second ? pairs.size() : (numberings[0]?.size() ?? 1)),
    keysOf: (groups) =>
      numberings.map((numbering, side) =>
        keysOf(numbering, second ? groups.map((pair) => pairs.side(pair, side)) : groups),
      ),
  };
}

export const lengthOf = ({ offset, from, until }: Slice, of: "session" | "event"): number =>
  of === "session" ? until - from : offset[until]! - offset[from]!;

/** Only texts that occur are given, each once. */
function keysOf(numbering: Numbering, numbers: Uint32Array): Keys {
  const texts: string[] = [];
  const codes = new Int32Array(numbering.size()).fill(-1);
  return {
    codes: numbers.map((number) => {
      if (codes[number]! < 0) codes[number] = texts.push(numbering.textOf(number)) - 1;
      return codes[number]!;
    }),
    texts,
  };
}

/** Writes the numbers of a column. */
function createWriter() {
  const scratch = createScratch();
  let second = new Int32Array(0);
  const write = (slice: Slice, column: Numbered, of: "session" | "event", out: Int32Array) => {
    const { from, until, offset } = slice;
    const [first, end] = column.of === "session" ? [from, until] : [offset[from]!, offset[until]!];
    const codes = scratch.copy(column.codes.subarray(first, end));
    if (column.of === of) look(codes, column.numbers, end - first, out);
    else spread(slice, codes, column.numbers, out);
  };
  return {
    write,
    written(slice: Slice, column: Numbered, of: "session" | "event"): Int32Array {
      const length = lengthOf(slice, of);
      if (second.length < length) second = new Int32Array(length * 2);
      write(slice, column, of, second);
      return second;
    },
  };
}

function look(codes: Uint32Array, numbers: Uint32Array, length: number, out: Int32Array): void {
  for (let index = 0; index < length; index++) out[index] = numbers[codes[index]!]!;
}

/** What holds of a session, for each of its events. */
function spread(
  { offset, from, until }: Slice,
  codes: Uint32Array,
  numbers: Uint32Array,
  out: Int32Array,
): void {
  const base = offset[from]!;
  for (let session = from; session < until; session++) {
    const number = numbers[codes[session - from]!]!;
    const end = offset[session + 1]! - base;
    for (let event = offset[session]! - base; event < end; event++) out[event] = number;
  }
}

/** Up to here a table of all pairs is quicker than looking them up; 16 MB. */
const DENSE = 1 << 22;

/** Numbers pairs of numbers as they come. */
function createPairs(numberings: readonly Numbering[]) {
  const firsts: number[] = [];
  const seconds: number[] = [];
  let table: Int32Array | undefined;
  const map = new Map<number, number>();
  const add = (first: number, second: number): number => {
    firsts.push(first);
    return seconds.push(second) - 1;
  };
  return {
    size: () => firsts.length,
    side: (pair: number, side: number): number => (side === 0 ? firsts : seconds)[pair]!,
    join(out: Int32Array, second: Int32Array, length: number): void {
      const width = numberings[1]!.size();
      const all = numberings[0]!.size() * width;
      if (all <= DENSE) {
        table ??= new Int32Array(all); // the pair plus one
        for (let index = 0; index < length; index++) {
          const key = out[index]! * width + second[index]!;
          if (table[key] === 0) table[key] = add(out[index]!, second[index]!) + 1;
          out[index] = table[key]! - 1;
        }
        return;
      }
      for (let index = 0; index < length; index++) {
        const key = out[index]! * width + second[index]!;
        let pair = map.get(key);
        if (pair === undefined) map.set(key, (pair = add(out[index]!, second[index]!)));
        out[index] = pair;
      }
    },
  };
}
