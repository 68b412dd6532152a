import type { Block } from "./block.ts";
import type { Keys } from "./counter.ts";
import { dimensionOf } from "./dimension-column.ts";
import type { Dimension } from "./dimensions.ts";
import { numberTime, numberingOf, type Numbered, type Numbering } from "./numbering.ts";
import type { Question, Stretch } from "./question.ts";
import { createGroupWriter } from "./group-writer.ts";
import { createScratch } from "./scratch.ts";
import type { Selected } from "./select.ts";
import type { SiteFacts } from "./site-data.ts";
import { lengthOf, type Slice } from "./slice.ts";
import type { Tuning } from "./tuning.ts";

/** The columns of one block by which its events are grouped; none, one or two. */
export interface GroupColumns {
  /** Of sessions only if all of them are. */
  readonly of: "session" | "event";
  readonly columns: readonly Numbered[];
}

export interface SplitColumns {
  readonly whole: GroupColumns;
  readonly parted: GroupColumns;
  readonly several: Uint8Array;
}

/** Tells which group an event is of. Groups are numbered 0, 1, 2 … */
export interface Grouping {
  add(block: Block): GroupColumns;
  /**
   * The same in two parts, sessions that are in one group as a whole and those marked as being in
   * several; where there is nothing to win by it, `undefined`.
   */
  split(block: Block): SplitColumns | undefined;
  /**
   * Writes the group of each session of the slice, or of each event if `of` says so; -1 where it
   * does not count.
   *
   * All blocks must have been added.
   */
  write(
    slice: Slice,
    groups: GroupColumns,
    of: "session" | "event",
    selected: Selected,
    out: Int32Array,
  ): void;
  /** How many there are, or may be: some of them may have no event that counts. */
  size(): number;
  /** What these groups stand for, in each dimension. */
  keysOf(groups: Uint32Array): readonly Keys[];
}

/** @param period With its buckets, when it is grouped by time. */
export function createGrouping(
  facts: SiteFacts,
  { by = [], zone }: Pick<Question, "by" | "zone">,
  {
    period,
    buckets,
  }: { readonly period: Stretch; readonly buckets: readonly number[] | undefined },
  tuning: Tuning,
): Grouping {
  const time = by.includes("time") ? numberTime(buckets ?? [period.from], period.until) : undefined;
  const numberings = by.map((dimension): Numbering =>
    dimension === "time" ? time! : numberingOf(facts, dimension satisfies Dimension, zone),
  );
  const splits = by.every(
    (dimension) => dimension === "time" || dimensionOf(dimension) === "session",
  );
  const writer = createGroupWriter(createScratch());
  let other = new Int32Array(0);
  const pairs = createPairs(numberings, tuning.densePairs);
  const [, second] = numberings;
  return {
    add(block) {
      const columns = numberings.map((numbering) => numbering.add(block));
      const of = columns.every((column) => column.of === "session") ? "session" : "event";
      return { of, columns };
    },
    split(block) {
      if (!time || !splits) return undefined;
      const { ofSessions, ofEvents, several } = time.split(block);
      const others = numberings.map((numbering) =>
        numbering === time ? undefined : numbering.add(block),
      );
      return {
        whole: { of: "session", columns: others.map((column) => column ?? ofSessions) },
        parted: { of: "event", columns: others.map((column) => column ?? ofEvents) },
        several,
      };
    },
    write(slice, { columns: [a, b] }, of, selected, out) {
      const write = of === "session" ? writer.ofSessions : writer.ofEvents;
      write(slice, a, selected, out);
      if (!b) return;
      const length = lengthOf(slice, of);
      if (other.length < length) other = new Int32Array(length * 2);
      write(slice, b, selected, other);
      pairs.join(out, other, length);
    },
    size: () => (second ? pairs.size() : (numberings[0]?.size() ?? 1)),
    keysOf: (groups) =>
      numberings.map((numbering, side) =>
        keysOf(numbering, second ? groups.map((pair) => pairs.side(pair, side)) : groups),
      ),
  };
}

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

/** Numbers pairs of numbers as they come. */
function createPairs(numberings: readonly Numbering[], densePairs: number) {
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
    /** Makes of the first numbers, where they are not -1, those of the pairs. */
    join(out: Int32Array, second: Int32Array, length: number): void {
      const width = numberings[1]!.size();
      const all = numberings[0]!.size() * width;
      if (all <= densePairs) {
        table ??= new Int32Array(all); // the pair plus one
        for (let index = 0; index < length; index++) {
          if (out[index]! < 0) continue;
          const key = out[index]! * width + second[index]!;
          if (table[key] === 0) table[key] = add(out[index]!, second[index]!) + 1;
          out[index] = table[key]! - 1;
        }
        return;
      }
      for (let index = 0; index < length; index++) {
        if (out[index]! < 0) continue;
        const key = out[index]! * width + second[index]!;
        let pair = map.get(key);
        if (pair === undefined) map.set(key, (pair = add(out[index]!, second[index]!)));
        out[index] = pair;
      }
    },
  };
}
