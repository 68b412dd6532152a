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
});

function createRoom(): Room {
  let room = new Int32Array(0);
  return {
    int32(length) {
      if (room.length < length) room = new Int32Array(Math.ceil(length * 1.25));
      return room;
    },
  };
}
