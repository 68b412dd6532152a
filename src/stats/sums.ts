import { countEqual } from "./look-up.ts";
import type { Runs } from "./runs.ts";
import type { Scratch } from "./scratch.ts";
import { lengthOf, type Slice } from "./slice.ts";
import type { Tally } from "./tallies.ts";
import { addWhole, countWhole } from "./whole-sums.ts";

/** Tallies of which a session has one number, whichever of its events count. */
const SESSION_COLUMNS = {
  new_visitors: "isNew", // of a visitor one session is the first
  bounces: "bounce",
  session_ms: "duration",
} as const;

/** Adds what the sessions of a slice have of a tally. What is given goes to the total. */
export interface SessionSum {
  /**
   * To all groups they are in.
   *
   * @param first Number of the first session of the slice in the runs.
   */
  byRuns(slice: Slice, runs: Runs, first: number, to: Float64Array): number;
  /** @param groups Of each session, all of whose events count in it; -1 where none does. */
  whole(slice: Slice, groups: Int32Array, to: Float64Array): number;
}

/** @returns `undefined`, if the tally is not one of sessions. */
export function sessionSum(tally: Tally, scratch: Scratch): SessionSum | undefined {
  if (tally === "sessions") {
    return {
      byRuns: countSessions,
      whole: ({ from, until }, groups, to) => countWhole(until - from, groups, to),
    };
  }
  const name = SESSION_COLUMNS[tally as keyof typeof SESSION_COLUMNS];
  if (!name) return undefined;
  return {
    byRuns({ block, from, until }, runs, first, to) {
      const values = scratch.copy(block.sessionNumbers(name).subarray(from, until));
      return sumOfSessions(values, until - from, runs, first, to);
    },
    whole: ({ block, from, until }, groups, to) =>
      addWhole(block.sessionNumbers(name), from, until, groups, to),
  };
}

/** More views than a session tells of; it may have had any number. */
const UNTOLD_VIEWS = 0xffff;

/** Whether the sessions of a slice tell how many views they had. */
export function tellsViews(slice: Slice): boolean {
  if (lengthOf(slice, "event") < UNTOLD_VIEWS) return true;
  const views = slice.block.sessionNumbers("views").subarray(slice.from, slice.until);
  return !views.includes(UNTOLD_VIEWS);
}

/** Adds the views of sessions all of whose events count, without a look at these. */
export function addViewsOfWhole(
  { block, from, until }: Slice,
  groups: Int32Array,
  to: Float64Array,
): void {
  addWhole(block.sessionNumbers("views"), from, until, groups, to);
}

function countSessions(slice: Slice, runs: Runs, first: number, to: Float64Array): number {
  const { group, from } = runs;
  const end = first + slice.until - slice.from;
  let total = 0;
  for (let session = first; session < end; session++) {
    if (from[session]! < from[session + 1]!) total += 1;
  }
  for (let run = from[first]!; run < from[end]!; run++) to[group[run]!]! += 1;
  return total;
}

function sumOfSessions(
  values: Uint32Array,
  count: number,
  runs: Runs,
  first: number,
  to: Float64Array,
): number {
  const { group, from } = runs;
  let total = 0;
  let run = from[first]!;
  for (let session = 0; session < count; session++) {
    const end = from[first + session + 1]!;
    if (run === end) continue;
    const value = values[session]!;
    total += value;
    for (; run < end; run++) to[group[run]!]! += value;
  }
  return total;
}

/** Adds what the events of a slice have of a tally. @param groups Of each event, or -1. */
export type EventSum = (slice: Slice, groups: Int32Array, to: Float64Array) => void;

const EVENT_TALLIES: ReadonlySet<string> = new Set([
  "views",
  "engaged_tenths",
  "engaged_views",
  "scroll_percent",
  "scroll_views",
] satisfies Tally[]);

/** Whether events have to be looked at one by one. */
export const isEventTally = (tally: Tally): boolean =>
  EVENT_TALLIES.has(tally) || tally.startsWith("sum:") || tally.startsWith("count:");

/** @returns `undefined`, if the tally is not one of events. */
export function eventSum(tally: Tally, scratch: Scratch, viewTerm: number): EventSum | undefined {
  switch (tally) {
    case "views":
      return viewSum(scratch, viewTerm);
    case "engaged_tenths":
      return measuredSum(scratch, "engaged", addValues);
    case "engaged_views":
      return measuredSum(scratch, "engaged", addKnown);
    case "scroll_percent":
      return measuredSum(scratch, "scroll", addValues);
    case "scroll_views":
      return measuredSum(scratch, "scroll", addKnown);
    default:
      return propertySum(tally);
  }
}

function viewSum(scratch: Scratch, viewTerm: number): EventSum {
  return (slice, groups, to) => {
    const { codes, terms } = slice.block.terms("name");
    const view = terms.indexOf(viewTerm);
    if (view < 0 || viewTerm === 0) return;
    const { offset, from, until } = slice;
    countEqual(scratch, codes, offset[from]!, offset[until]!, view, groups, to);
  };
}

type Add = (values: Uint32Array, groups: Int32Array, length: number, to: Float64Array) => void;

function measuredSum(scratch: Scratch, name: "engaged" | "scroll", add: Add): EventSum {
  return (slice, groups, to) => {
    const values = scratch.copy(eventsOf(slice, slice.block.eventNumbers(name)));
    add(values, groups, lengthOf(slice, "event"), to);
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

function propertySum(tally: Tally): EventSum | undefined {
  const counts = tally.startsWith("count:");
  if (!counts && !tally.startsWith("sum:")) return undefined;
  const key = tally.slice(tally.indexOf(":") + 1);
  return ({ block, offset, from, until }, groups, to) => {
    const numbers = block.property(key)?.numbers;
    if (!numbers) return;
    const [base, end] = [offset[from]!, offset[until]!];
    for (let index = firstAtLeast(numbers.at, base); index < numbers.at.length; index++) {
      const event = numbers.at[index]!;
      if (event >= end) return;
      const group = groups[event - base]!;
      if (group >= 0) to[group]! += counts ? 1 : numbers.values[index]!;
    }
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
