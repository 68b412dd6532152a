import type { Slice } from "./slice.ts";
import type { Tally } from "./tallies.ts";

// How long views were looked at and how far: what was measured, and how many views were. The two
// are always asked for together, for an average, and are counted together.

/** The two tallies of what is measured of views, by the column it is in. */
export const MEASURED = {
  engaged: ["engaged_tenths", "engaged_views"],
  scroll: ["scroll_percent", "scroll_views"],
} as const satisfies Readonly<Record<string, readonly [Tally, Tally]>>;

export type MeasuredColumn = keyof typeof MEASURED;

/** Adds what was measured to one list, and how many views it was measured of to another. */
export interface MeasuredSum {
  /** @param groups Of each event, or -1; there are `size` of them. */
  add(
    slice: Slice,
    groups: Int32Array,
    size: number,
    sums: Float64Array,
    known: Float64Array,
  ): void;
  /** @param groups Of each session, all of whose events count in it; -1 where none does. */
  whole(slice: Slice, groups: Int32Array, sums: Float64Array, known: Float64Array): void;
  /** Of sessions all of whose events count, in the only group. @param mask 1 for those that do. */
  all(slice: Slice, mask: Uint8Array | undefined): readonly [sum: number, known: number];
}

// The columns hold what was measured plus one; 0 where it is not known. Without a branch for that:
// whether a view was measured cannot be foretold, and a wrong guess costs more than adding nothing.

export function measuredSum(name: MeasuredColumn): MeasuredSum {
  // The first of each is for -1.
  let found = new Float64Array(0);
  let counted = new Int32Array(0);
  return {
    add({ block, offset, from, until }, groups, size, sums, known) {
      if (counted.length <= size) {
        found = new Float64Array(2 * (size + 1));
        counted = new Int32Array(2 * (size + 1));
      }
      const column = block.eventNumbers(name);
      const [first, end] = [offset[from]!, offset[until]!];
      if (column instanceof Uint16Array) add16(column, first, end, groups, found, counted);
      else add8(column, first, end, groups, found, counted);
      for (let group = 0; group < size; group++) {
        known[group]! += counted[group + 1]!;
        sums[group]! += found[group + 1]! - counted[group + 1]!;
      }
      found.fill(0, 0, size + 1);
      counted.fill(0, 0, size + 1);
    },
    whole({ block, offset, from, until }, groups, sums, known) {
      const values = block.eventNumbers(name);
      for (let session = from; session < until; session++) {
        const group = groups[session - from]!;
        if (group < 0) continue;
        const [first, end] = [offset[session]!, offset[session + 1]!];
        const views = countKnown(values, first, end);
        known[group]! += views;
        sums[group]! += sumOf(values, first, end) - views;
      }
    },
    all({ block, offset, from, until }, mask) {
      const values = block.eventNumbers(name);
      let [sum, known] = [0, 0];
      const addUp = (first: number, end: number) => {
        const views = countKnown(values, first, end);
        known += views;
        sum += sumOf(values, first, end) - views;
      };
      if (!mask) addUp(offset[from]!, offset[until]!);
      else {
        for (let session = from; session < until; session++) {
          if (mask[session] === 1) addUp(offset[session]!, offset[session + 1]!);
        }
      }
      return [sum, known];
    },
  };
}

// A loop for each type of array, as in look-up.ts.

function add16(
  column: Uint16Array,
  first: number,
  end: number,
  groups: Int32Array,
  values: Float64Array,
  views: Int32Array,
): void {
  for (let event = first; event < end; event++) {
    const value = column[event]!;
    const place = groups[event - first]! + 1;
    values[place]! += value;
    views[place]! += -value >>> 31;
  }
}

function add8(
  column: Uint8Array,
  first: number,
  end: number,
  groups: Int32Array,
  values: Float64Array,
  views: Int32Array,
): void {
  for (let event = first; event < end; event++) {
    const value = column[event]!;
    const place = groups[event - first]! + 1;
    values[place]! += value;
    views[place]! += -value >>> 31;
  }
}

type Values = Uint16Array | Uint8Array;

const sumOf = (values: Values, first: number, end: number): number =>
  values instanceof Uint16Array ? sum16(values, first, end) : sum8(values, first, end);

const countKnown = (values: Values, first: number, end: number): number =>
  values instanceof Uint16Array ? known16(values, first, end) : known8(values, first, end);

function sum16(values: Uint16Array, first: number, end: number): number {
  let sum = 0;
  for (let event = first; event < end; event++) sum += values[event]!;
  return sum;
}

function sum8(values: Uint8Array, first: number, end: number): number {
  let sum = 0;
  for (let event = first; event < end; event++) sum += values[event]!;
  return sum;
}

function known16(values: Uint16Array, first: number, end: number): number {
  let known = 0;
  for (let event = first; event < end; event++) known += -values[event]! >>> 31;
  return known;
}

function known8(values: Uint8Array, first: number, end: number): number {
  let known = 0;
  for (let event = first; event < end; event++) known += -values[event]! >>> 31;
  return known;
}
