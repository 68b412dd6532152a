import type { Block } from "./block.ts";
import type { Keys } from "./counter.ts";
import { dimensionOf } from "./dimension-column.ts";
import type { Dimension } from "./dimensions.ts";
import { numberTime, numberingOf, type Numbered, type Numbering } from "./numbering.ts";
import type { Question, Stretch } from "./question.ts";
import { createGroupWriter } from "./group-writer.ts";
import type { Selected } from "./select.ts";
import type { SiteFacts } from "./site-data.ts";
import { lengthOf, type Slice } from "./slice.ts";
import { findSeveral } from "./slots.ts";
import type { Tuning } from "./tuning.ts";
import type { Workbench } from "./workbench.ts";

/** The columns of one block by which its events are grouped; none, one or two. */
export interface GroupColumns {
  /** Of sessions only if all of them are. */
  readonly of: "session" | "event";
  readonly columns: readonly Numbered[];
}

/** The columns of those sessions that are in one group as a whole. */
export interface SplitColumns {
  readonly columns: GroupColumns;
  /** Places of sessions of which that does not hold, rising; their group is -1. */
  readonly several: Uint32Array;
}

/** Tells which group an event is of. Groups are numbered 0, 1, 2 … */
export interface Grouping {
  add(block: Block): GroupColumns;
  /**
   * The same for sessions only, where nearly all are in one group as a whole though events are
   * what is grouped; `undefined` where that is not so.
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
  /** How many there are so far: some of them may have no event that counts. */
  size(): number;
  /** How many there will be in the end; infinite where that is not known yet. */
  mostGroups(): number;
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
  { tuning, bench }: { readonly tuning: Tuning; readonly bench: Workbench },
): Grouping {
  const numberings = by.map((dimension) =>
    dimension === "time"
      ? numberTime(buckets ?? [period.from], period.until)
      : numberingOf(facts, dimension satisfies Dimension, zone),
  );
  const splits =
    numberings.some(({ bySlots }) => bySlots) &&
    by.every(
      (dimension, side) =>
        numberings[side]!.bySlots || (dimension !== "time" && dimensionOf(dimension) === "session"),
    );
  const writer = createGroupWriter(bench);
  const pairs = createPairs(numberings, tuning);
  const [, second] = numberings;
  return {
    add(block) {
      const columns = numberings.map((numbering) => numbering.add(block));
      const of = columns.every((column) => column.of === "session") ? "session" : "event";
      return { of, columns };
    },
    split(block) {
      if (!splits) return undefined;
      const columns: Numbered[] = [];
      let several: Uint32Array = new Uint32Array(0);
      for (const numbering of numberings) {
        const slots = numbering.bySlots?.(block);
        if (numbering.bySlots && !slots) return undefined;
        columns.push(slots ?? numbering.add(block));
        if (!slots) continue;
        const own = findSeveral(block, slots.slots, bench.sessions.int32(block.sessions + 1));
        several = several.length === 0 ? own : either(several, own);
      }
      return { columns: { of: "session", columns }, several };
    },
    write(slice, { columns: [a, b] }, of, selected, out) {
      const write = of === "session" ? writer.ofSessions : writer.ofEvents;
      write(slice, a, selected, out);
      if (!b) return;
      const length = lengthOf(slice, of);
      const other = bench.others.int32(length);
      write(slice, b, selected, other);
      pairs.join(out, other, length);
    },
    mostGroups: () => (second ? pairs.most() : (numberings[0]?.size() ?? 1)),
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

const either = (some: Uint32Array, others: Uint32Array): Uint32Array =>
  Uint32Array.from(new Set([...some, ...others])).sort();

/** Numbers pairs of numbers: all there can be if these are few, otherwise as they come. */
function createPairs(numberings: readonly Numbering[], { allPairs, densePairs }: Tuning) {
  const firsts: number[] = [];
  const seconds: number[] = [];
  let table: Int32Array | undefined;
  const map = new Map<number, number>();
  const width = () => numberings[1]!.size();
  const product = () => numberings[0]!.size() * width();
  const add = (first: number, second: number): number => {
    firsts.push(first);
    return seconds.push(second) - 1;
  };
  return {
    most: () => (product() <= allPairs ? product() : Infinity),
    size: () => (product() <= allPairs ? product() : firsts.length),
    side(pair: number, side: number): number {
      if (product() > allPairs) return (side === 0 ? firsts : seconds)[pair]!;
      return side === 0 ? Math.floor(pair / width()) : pair % width();
    },
    /** Makes of the first numbers, where they are not -1, those of the pairs. */
    join(out: Int32Array, second: Int32Array, length: number): void {
      const all = product();
      if (all <= allPairs) {
        joinAll(out, second, length, width());
        return;
      }
      if (all <= densePairs) {
        table ??= new Int32Array(all); // the pair plus one
        joinByTable(out, second, length, width(), table, add);
        return;
      }
      joinByMap(out, second, length, width(), map, add);
    },
  };
}

function joinAll(out: Int32Array, second: Int32Array, length: number, width: number): void {
  for (let index = 0; index < length; index++) {
    const first = out[index]!;
    const other = second[index]!;
    out[index] = first < 0 || other < 0 ? -1 : first * width + other;
  }
}

type Add = (first: number, second: number) => number;

function joinByTable(
  out: Int32Array,
  second: Int32Array,
  length: number,
  width: number,
  table: Int32Array,
  add: Add,
): void {
  for (let index = 0; index < length; index++) {
    const first = out[index]!;
    if (first < 0) continue;
    if (second[index]! < 0) {
      out[index] = -1;
      continue;
    }
    const key = first * width + second[index]!;
    let pair = table[key]!;
    if (pair === 0) table[key] = pair = add(first, second[index]!) + 1;
    out[index] = pair - 1;
  }
}

function joinByMap(
  out: Int32Array,
  second: Int32Array,
  length: number,
  width: number,
  map: Map<number, number>,
  add: Add,
): void {
  for (let index = 0; index < length; index++) {
    if (out[index]! < 0) continue;
    if (second[index]! < 0) {
      out[index] = -1;
      continue;
    }
    const key = out[index]! * width + second[index]!;
    let pair = map.get(key);
    if (pair === undefined) map.set(key, (pair = add(out[index]!, second[index]!)));
    out[index] = pair;
  }
}
