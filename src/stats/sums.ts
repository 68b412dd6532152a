import type { Block } from "./block.ts";
import { countGroups } from "./count-groups.ts";
import { keepEqual } from "./look-up.ts";
import type { Runs } from "./runs.ts";
import type { Scratch } from "./scratch.ts";
import { lengthOf, type Slice } from "./slice.ts";
import type { Tally } from "./tallies.ts";
import type { Workbench } from "./workbench.ts";
import { addWhole, countWhole, sumAll } from "./whole-sums.ts";

/** Tallies of which a session has one number, whichever of its events count. */
const SESSION_COLUMNS = {
  new_visitors: "isNew", // of a visitor one session is the first
  bounces: "bounce",
  session_ms: "duration",
} as const;

type Bench = Pick<Workbench, "sums" | "codes" | "sessions" | "others">;

/** Adds what the sessions of a slice have of a tally. What is given goes to the total. */
export interface SessionSum {
  /** To all groups they are in. */
  byRuns(slice: Slice, runs: Runs, to: Float64Array): number;
  /** @param groups Of each session, all of whose events count in it; -1 where none does. */
  whole(slice: Slice, groups: Int32Array, to: Float64Array): number;
  /** Of sessions all of whose events count, in the only group. @param mask 1 for those that do. */
  all(slice: Slice, mask: Uint8Array | undefined): number;
}

/** @returns `undefined`, if the tally is not one of sessions. */
export function sessionSum(tally: Tally, { sums: scratch }: Bench): SessionSum | undefined {
  if (tally === "sessions") {
    return {
      byRuns: countSessions,
      whole: ({ from, until }, groups, to) => countWhole(until - from, groups, to),
      all: ({ from, until }, mask) => (mask ? sumAll(mask, from, until, undefined) : until - from),
    };
  }
  const name = SESSION_COLUMNS[tally as keyof typeof SESSION_COLUMNS];
  if (!name) return undefined;
  return {
    byRuns({ block, from, until }, runs, to) {
      const values = scratch.copy(block.sessionNumbers(name).subarray(from, until));
      return sumOfSessions(values, until - from, runs, to);
    },
    whole: ({ block, from, until }, groups, to) =>
      addWhole(block.sessionNumbers(name), from, until, groups, to),
    all: ({ block, from, until }, mask) => sumAll(block.sessionNumbers(name), from, until, mask),
  };
}

/** More views than a session tells of; it may have had any number. */
const UNTOLD_VIEWS = 0xffff;

/** Whether the sessions of a block tell how many views they had. */
export function tellsViews(block: Block): boolean {
  return block.events < UNTOLD_VIEWS || !block.sessionNumbers("views").includes(UNTOLD_VIEWS);
}

/** Adds the views of sessions all of whose events count, without a look at these. */
export function addViewsOfWhole(
  { block, from, until }: Slice,
  groups: Int32Array,
  to: Float64Array,
): void {
  addWhole(block.sessionNumbers("views"), from, until, groups, to);
}

/** The views of such sessions, where there is one group. @param mask 1 for those that count. */
export const allViewsOfWhole = (
  { block, from, until }: Slice,
  mask: Uint8Array | undefined,
): number => sumAll(block.sessionNumbers("views"), from, until, mask);

function countSessions({ from, until }: Slice, runs: Runs, to: Float64Array): number {
  const { group, from: starts } = runs;
  const sessions = until - from;
  let total = 0;
  for (let session = 0; session < sessions; session++) {
    if (starts[session]! < starts[session + 1]!) total += 1;
  }
  for (let run = 0; run < starts[sessions]!; run++) to[group[run]!]! += 1;
  return total;
}

function sumOfSessions(values: Uint32Array, count: number, runs: Runs, to: Float64Array): number {
  const { group, from } = runs;
  let total = 0;
  let run = 0;
  for (let session = 0; session < count; session++) {
    const end = from[session + 1]!;
    if (run === end) continue;
    const value = values[session]!;
    total += value;
    for (; run < end; run++) to[group[run]!]! += value;
  }
  return total;
}

/** Adds what the events of a slice have of a tally. */
export interface EventSum {
  /** @param groups Of each event, or -1; there are `size` of them. */
  add(slice: Slice, groups: Int32Array, size: number, to: Float64Array): void;
  /** Of sessions all of whose events count, in the only group. @param mask 1 for those that do. */
  all(slice: Slice, mask: Uint8Array | undefined): number;
}

/** @returns `undefined`, if the tally is not one of events. */
export function eventSum(tally: Tally, bench: Bench, viewTerm: number): EventSum | undefined {
  switch (tally) {
    case "views":
      return viewSum(bench, viewTerm);
    case "engaged_tenths":
      return measuredSum(bench.sums, "engaged", addValues, sumValues);
    case "engaged_views":
      return measuredSum(bench.sums, "engaged", addKnown, sumKnown);
    case "scroll_percent":
      return measuredSum(bench.sums, "scroll", addValues, sumValues);
    case "scroll_views":
      return measuredSum(bench.sums, "scroll", addKnown, sumKnown);
    default:
      return propertySum(tally);
  }
}

function viewSum({ codes: scratch, sessions, others }: Bench, viewTerm: number): EventSum {
  return {
    add(slice, groups, size, to) {
      const { codes, terms } = slice.block.terms("name");
      const view = terms.indexOf(viewTerm);
      if (view < 0 || viewTerm === 0) return;
      const { offset, from, until } = slice;
      const [first, end] = [offset[from]!, offset[until]!];
      const views = sessions.int32(end - first);
      keepEqual(scratch, codes, first, end, view, groups, views);
      countGroups(views, end - first, size, others, to);
    },
    all: allViewsOfWhole,
  };
}

type Add = (values: Uint32Array, groups: Int32Array, length: number, to: Float64Array) => void;
type SumUp = (values: Uint16Array | Uint8Array, first: number, end: number) => number;

function measuredSum(
  scratch: Scratch,
  name: "engaged" | "scroll",
  add: Add,
  sumUp: SumUp,
): EventSum {
  return {
    add(slice, groups, _, to) {
      const values = scratch.copy(eventsOf(slice, slice.block.eventNumbers(name)));
      add(values, groups, lengthOf(slice, "event"), to);
    },
    all(slice, mask) {
      const { offset, from, until } = slice;
      const values = slice.block.eventNumbers(name);
      if (!mask) return sumUp(values, offset[from]!, offset[until]!);
      let total = 0;
      for (let session = from; session < until; session++) {
        if (mask[session] === 0) continue;
        total += sumUp(values, offset[session]!, offset[session + 1]!);
      }
      return total;
    },
  };
}

// The columns hold what was measured plus one; 0 where it is not known. Without a branch for that:
// whether a view was measured cannot be foretold, and a wrong guess costs more than adding nothing.

const addValues: Add = (values, groups, length, to) => {
  for (let event = 0; event < length; event++) {
    if (groups[event]! >= 0) to[groups[event]!]! += Math.max(values[event]!, 1) - 1;
  }
};

const addKnown: Add = (values, groups, length, to) => {
  for (let event = 0; event < length; event++) {
    if (groups[event]! >= 0) to[groups[event]!]! += Math.min(values[event]!, 1);
  }
};

const sumValues: SumUp = (values, first, end) =>
  values instanceof Uint16Array ? values16(values, first, end) : values8(values, first, end);

const sumKnown: SumUp = (values, first, end) =>
  values instanceof Uint16Array ? known16(values, first, end) : known8(values, first, end);

function values16(values: Uint16Array, first: number, end: number): number {
  let sum = 0;
  for (let event = first; event < end; event++) sum += Math.max(values[event]!, 1) - 1;
  return sum;
}

function values8(values: Uint8Array, first: number, end: number): number {
  let sum = 0;
  for (let event = first; event < end; event++) sum += Math.max(values[event]!, 1) - 1;
  return sum;
}

function known16(values: Uint16Array, first: number, end: number): number {
  let sum = 0;
  for (let event = first; event < end; event++) sum += Math.min(values[event]!, 1);
  return sum;
}

function known8(values: Uint8Array, first: number, end: number): number {
  let sum = 0;
  for (let event = first; event < end; event++) sum += Math.min(values[event]!, 1);
  return sum;
}

function propertySum(tally: Tally): EventSum | undefined {
  const counts = tally.startsWith("count:");
  if (!counts && !tally.startsWith("sum:")) return undefined;
  const key = tally.slice(tally.indexOf(":") + 1);
  return {
    add({ block, offset, from, until }, groups, _, to) {
      const numbers = block.property(key)?.numbers;
      if (!numbers) return;
      const [base, end] = [offset[from]!, offset[until]!];
      for (let index = firstAtLeast(numbers.at, base); index < numbers.at.length; index++) {
        const event = numbers.at[index]!;
        if (event >= end) return;
        const group = groups[event - base]!;
        if (group >= 0) to[group]! += counts ? 1 : numbers.values[index]!;
      }
    },
    all({ block, offset, from, until }, mask) {
      const numbers = block.property(key)?.numbers;
      if (!numbers) return 0;
      let total = 0;
      let session = from;
      for (
        let index = firstAtLeast(numbers.at, offset[from]!);
        index < numbers.at.length && numbers.at[index]! < offset[until]!;
        index++
      ) {
        while (offset[session + 1]! <= numbers.at[index]!) session += 1;
        if (mask && mask[session] === 0) continue;
        total += counts ? 1 : numbers.values[index]!;
      }
      return total;
    },
  };
}

function firstAtLeast(places: Uint32Array, bound: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

const eventsOf = <C extends Uint8Array | Uint16Array | Uint32Array>(
  { offset, from, until }: Slice,
  column: C,
): C => column.subarray(offset[from], offset[until]) as C;
