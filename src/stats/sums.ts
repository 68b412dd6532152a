import type { Block } from "./block.ts";
import { countGroups } from "./count-groups.ts";
import { keepEqual } from "./look-up.ts";
import type { Runs } from "./runs.ts";
import type { Slice } from "./slice.ts";
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
  /** @param groups Of each session, all of whose events count in it; -1 where none does. */
  whole(slice: Slice, groups: Int32Array, to: Float64Array): void;
  /** Of sessions all of whose events count, in the only group. @param mask 1 for those that do. */
  all(slice: Slice, mask: Uint8Array | undefined): number;
}

/** @returns `undefined`, if the tally is not one of events, or one of two that go together. */
export function eventSum(tally: Tally, bench: Bench, viewTerm: number): EventSum | undefined {
  return tally === "views" ? viewSum(bench, viewTerm) : propertySum(tally);
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
    whole: addViewsOfWhole,
    all: allViewsOfWhole,
  };
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
    whole(slice, groups, to) {
      forNumbers(slice, key, (session, value) => {
        const group = groups[session - slice.from]!;
        if (group >= 0) to[group]! += counts ? 1 : value;
      });
    },
    all(slice, mask) {
      let total = 0;
      forNumbers(slice, key, (session, value) => {
        if (!mask || mask[session] === 1) total += counts ? 1 : value;
      });
      return total;
    },
  };
}

/** Numbers of a property, each with the session of its event. */
function forNumbers(
  { block, offset, from, until }: Slice,
  key: string,
  use: (session: number, value: number) => void,
): void {
  const numbers = block.property(key)?.numbers;
  if (!numbers) return;
  const end = offset[until]!;
  let session = from;
  for (let index = firstAtLeast(numbers.at, offset[from]!); index < numbers.at.length; index++) {
    const event = numbers.at[index]!;
    if (event >= end) return;
    while (offset[session + 1]! <= event) session += 1;
    use(session, numbers.values[index]!);
  }
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
