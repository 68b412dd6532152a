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

// The columns hold what was measured plus one; 0 where it is not known. Sum and number are added
// up in one number, the number in its upper part: one addition in memory where there were two.
// Without a branch for what is not known: that cannot be foretold, and a wrong guess costs more
// than adding nothing.

/** 65,534 at most are added up, as often as `STRETCH` says. */
const UPPER = 2 ** 34;
/** So that neither part grows into the other, or past what a number holds exactly, 2^53. */
const STRETCH = 2 ** 18;

export function measuredSum(name: MeasuredColumn): MeasuredSum {
  let table = new Float64Array(0);
  return {
    add({ block, offset, from, until }, groups, size, sums, known) {
      // The first is for -1.
      if (table.length <= size) table = new Float64Array(2 * (size + 1));
      const values = block.eventNumbers(name);
      const [base, end] = [offset[from]!, offset[until]!];
      for (let first = base; first < end; first += STRETCH) {
        const last = Math.min(first + STRETCH, end);
        if (values instanceof Uint16Array) add16(values, first, last, base, groups, table);
        else add8(values, first, last, base, groups, table);
        unpack(table, size, sums, known);
      }
    },
    whole({ block, offset, from, until }, groups, sums, known) {
      const values = block.eventNumbers(name);
      for (let session = from; session < until; session++) {
        const group = groups[session - from]!;
        if (group < 0) continue;
        const end = offset[session + 1]!;
        for (let at = offset[session]!; at < end; at += STRETCH) {
          const both = sumOf(values, at, Math.min(at + STRETCH, end));
          known[group]! += Math.floor(both / UPPER);
          sums[group]! += both % UPPER;
        }
      }
    },
    all({ block, offset, from, until }, mask) {
      const values = block.eventNumbers(name);
      let [sum, known] = [0, 0];
      const addUp = (first: number, end: number) => {
        for (let at = first; at < end; at += STRETCH) {
          const both = sumOf(values, at, Math.min(at + STRETCH, end));
          known += Math.floor(both / UPPER);
          sum += both % UPPER;
        }
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

/** Moves what was added up to where it belongs, and leaves nothing. */
function unpack(table: Float64Array, size: number, sums: Float64Array, known: Float64Array): void {
  for (let group = 0; group < size; group++) {
    const both = table[group + 1]!;
    const count = Math.floor(both / UPPER);
    known[group]! += count;
    sums[group]! += both - count * UPPER;
  }
  table.fill(0, 0, size + 1);
}

// A loop for each type of array, as in look-up.ts.

function add16(
  values: Uint16Array,
  first: number,
  end: number,
  base: number,
  groups: Int32Array,
  table: Float64Array,
): void {
  for (let event = first; event < end; event++) {
    const value = values[event]!;
    table[groups[event - base]! + 1]! += (value + (UPPER - 1)) * Math.min(value, 1);
  }
}

function add8(
  values: Uint8Array,
  first: number,
  end: number,
  base: number,
  groups: Int32Array,
  table: Float64Array,
): void {
  for (let event = first; event < end; event++) {
    const value = values[event]!;
    table[groups[event - base]! + 1]! += (value + (UPPER - 1)) * Math.min(value, 1);
  }
}

const sumOf = (values: Uint16Array | Uint8Array, first: number, end: number): number =>
  values instanceof Uint16Array ? sum16(values, first, end) : sum8(values, first, end);

function sum16(values: Uint16Array, first: number, end: number): number {
  let [sum, known] = [0, 0];
  for (let event = first; event < end; event++) {
    const value = values[event]!;
    sum += value;
    known += Math.min(value, 1);
  }
  return known * (UPPER - 1) + sum;
}

function sum8(values: Uint8Array, first: number, end: number): number {
  let [sum, known] = [0, 0];
  for (let event = first; event < end; event++) {
    const value = values[event]!;
    sum += value;
    known += Math.min(value, 1);
  }
  return known * (UPPER - 1) + sum;
}
