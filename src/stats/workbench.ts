import { createRunFinder, type RunFinder } from "./runs.ts";
import { createScratch, type Scratch } from "./scratch.ts";
import { createVisitorLists } from "./visitor-lists.ts";
import { createVisitorMarks } from "./visitor-marks.ts";
import type { Visitors } from "./visitors.ts";

/** Room that is as large as was ever needed; what was in it before is still there. */
export interface Room {
  int32(length: number): Int32Array<ArrayBuffer>;
}

/** What a question works with while it counts. */
export interface Workbench {
  readonly marks: Visitors;
  readonly lists: Visitors;
  readonly runs: RunFinder;
  /** For columns that are added up. */
  readonly sums: Scratch;
  /** For columns that are looked up. */
  readonly codes: Scratch;
  readonly groups: Room;
  readonly others: Room;
  readonly sessions: Room;
  /** Other columns, of this length at least; what was in them before is still there. */
  columns<C>(name: string, length: number, make: (length: number) => C): C;
}

/**
 * Workbenches that questions leave to each other.
 *
 * Memory that was not used before is cleared by the system page by page, which can take longer
 * than all that is then counted in it.
 */
export interface Workbenches {
  borrow(): Workbench;
  giveBack(bench: Workbench): void;
}

/** More questions than this seldom take turns. */
const MOST_KEPT = 4;

/** Lends a workbench to what works step by step, and takes it back whatever becomes of that. */
export function* atWorkbench<P>(
  benches: Workbenches | undefined,
  work: (bench: Workbench) => Generator<undefined, P>,
): Generator<undefined, P> {
  const lender = benches ?? createWorkbenches();
  const bench = lender.borrow();
  try {
    return yield* work(bench);
  } finally {
    lender.giveBack(bench);
  }
}

export function createWorkbenches(): Workbenches {
  const free: Workbench[] = [];
  return {
    borrow: () => free.pop() ?? createWorkbench(),
    giveBack(bench) {
      if (free.length < MOST_KEPT) free.push(bench);
    },
  };
}

const createWorkbench = (): Workbench => ({
  marks: createVisitorMarks(),
  lists: createVisitorLists(),
  runs: createRunFinder(),
  sums: createScratch(),
  codes: createScratch(),
  groups: createRoom(),
  others: createRoom(),
  sessions: createRoom(),
  columns: createColumns(),
});

function createColumns(): Workbench["columns"] {
  const kept = new Map<string, { readonly length: number; readonly columns: unknown }>();
  return <C>(name: string, length: number, make: (length: number) => C): C => {
    let found = kept.get(name);
    if (!found || found.length < length) {
      const roomy = Math.ceil(length * 1.25);
      kept.set(name, (found = { length: roomy, columns: make(roomy) }));
    }
    return found.columns as C;
  };
}

function createRoom(): Room {
  let room = new Int32Array(0);
  return {
    int32(length) {
      if (room.length < length) room = new Int32Array(Math.ceil(length * 1.25));
      return room;
    },
  };
}
