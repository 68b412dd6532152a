import type { Connection } from "./connection.ts";
import type { Priority, Write } from "./writer.ts";

/** Long work on the writer is done in slices of this much, so that nobody's event waits for it. */
const SLICE_MS = 5;
const FIRST_ROWS = 200;
/** What a slice costs however few rows it takes must not make it take fewer and fewer. */
const LEAST_ROWS = 20;
const MOST_ROWS = 4000;

/**
 * One slice: does about as many rows as it is told, from where the last one ended.
 *
 * @returns Where the next one goes on; `undefined` if all is done.
 */
export type Slice<Place> = (connection: Connection, from: Place, rows: number) => Place | undefined;

/**
 * Does long work in transactions of some milliseconds each, by whoever waits in between.
 *
 * How many rows a slice takes follows from how long the one before took: rows cost more where
 * indexes are large, and less where all lies side by side.
 */
export async function inSlices<Place>(
  write: Write,
  begin: Place,
  slice: Slice<Place>,
  priority: Priority = "upkeep",
): Promise<void> {
  let rows = FIRST_ROWS;
  let from: Place | undefined = begin;
  while (from !== undefined) {
    const place: Place = from;
    const taken = rows;
    let tookMs = 0;
    from = await write((_, connection) => {
      const startedAt = performance.now();
      const next = slice(connection, place, taken);
      tookMs = performance.now() - startedAt;
      return next;
    }, priority);
    const fitting = tookMs === 0 ? MOST_ROWS : (taken * SLICE_MS) / tookMs;
    // Up in steps, down at once: the next rows may be dearer than the last.
    rows = Math.max(LEAST_ROWS, Math.floor(Math.min(fitting, taken * 2, MOST_ROWS)));
  }
}
