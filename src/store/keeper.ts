import { statSync } from "node:fs";
import type { Checkpointed } from "./checkpoint-worker.ts";
import type { Connection } from "./connection.ts";
import { LOG_BYTES, logSize } from "./log-size.ts";

/** Keeps the write-ahead log small without delaying a commit. */
export interface Keeper {
  /** To be told of each commit. */
  committed(): void;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 500;
const IDLE_MS = 3000;
/** Below this a log is left alone. */
const SMALL_BYTES = 4 * 1024 * 1024;
/** What the writer moves by itself: some milliseconds of its time. */
const REST_BYTES = 8 * 1024 * 1024;

/** So much is given back of it at a time: to cut off half a gigabyte takes 150 ms. */
const CUT_BYTES = 64 * 1024 * 1024;

/**
 * Watches the log's size: past 4 MB a worker moves its pages into the database, which neither
 * blocks nor waits; when nothing is written for some seconds the writer truncates the log.
 *
 * A log is begun anew only where all of it has been moved, and under load there is always a
 * commit the worker has not seen: without more, it would grow for as long as the load lasts. So
 * the writer moves the little that the worker left over; the next commit then begins anew, and
 * cuts off a part of what is too long.
 *
 * @param onLost Called once, if the file is removed or another put in its place: what is written
 *   from then on would be gone with the old one.
 */
export function createKeeper(connection: Connection, path: string, onLost: () => void): Keeper {
  const worker = new Worker(new URL("./checkpoint-worker.ts", import.meta.url).href);
  // A worker alone must not keep a command from ending.
  (worker as Worker & { unref(): void }).unref();
  const pageBytes = readPageSize(connection);
  let lastCommitAt = 0;
  let dirty = false;
  let busy = false;
  let restDue = false;
  /** Pages of the log that stood in the database at the last look. */
  let moved = 0;
  /** What is to be kept of the log, and what the connection was told. */
  let keptBytes = LOG_BYTES;
  let limitBytes = LOG_BYTES;

  worker.onmessage = ({ data: { log, checkpointed } }: MessageEvent<Checkpointed>) => {
    busy = false;
    const movedBefore = moved;
    moved = checkpointed;
    if (log * pageBytes < SMALL_BYTES) return;
    if ((log - checkpointed) * pageBytes > REST_BYTES) {
      // While it gets on each turn leaves less; where a reader holds the log none does.
      if (moved > movedBefore) moveOn();
      return;
    }
    restDue = true;
    moveRest();
  };

  const moveOn = () => {
    busy = true;
    worker.postMessage({ path });
  };

  // Under load a transaction is nearly always open, so this is tried again after each commit.
  const moveRest = () => {
    if (!restDue || connection.database.inTransaction) return;
    restDue = false;
    moved = 0;
    checkpoint(connection, "passive");
  };

  /** The log is cut when it is begun anew, which may be at any commit. */
  const setLimit = () => {
    if (limitBytes === keptBytes || connection.database.inTransaction) return;
    limitBytes = keptBytes;
    connection.database.exec(`pragma journal_size_limit = ${limitBytes}`);
  };

  const file = statSync(path).ino;
  let lost = false;

  const look = () => {
    const inode = lost ? file : inodeOf(path);
    if (inode !== file && inode !== "unknown") {
      lost = true;
      onLost();
    }
    if (!dirty || busy) return;
    if (performance.now() - lastCommitAt > IDLE_MS) {
      if (connection.database.inTransaction) return;
      dirty = !checkpoint(connection, "truncate");
      return;
    }
    const size = logSize(path);
    keptBytes = Math.max(LOG_BYTES, size - CUT_BYTES);
    if (size < SMALL_BYTES) return;
    moveOn();
  };

  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    committed() {
      dirty = true;
      lastCommitAt = performance.now();
      setLimit();
      moveRest();
    },
    async stop() {
      clearInterval(timer);
      worker.terminate();
    },
  };
}

/**
 * Moves what can be moved now. A reader that still needs the log is not waited for: the thread
 * that waits is the one that answers everybody.
 *
 * @returns Whether all was moved.
 */
function checkpoint(connection: Connection, mode: "passive" | "truncate"): boolean {
  const { timeout } = connection.database.prepare("pragma busy_timeout").get() as {
    timeout: number;
  };
  connection.database.exec("pragma busy_timeout = 0");
  try {
    const row = connection.database
      .prepare(`pragma wal_checkpoint(${mode})`)
      .get() as Checkpointed & {
      busy: number;
    };
    return row.busy === 0 && row.log === row.checkpointed;
  } catch {
    // The disk is full, most likely: what writes next says so, and this is tried again.
    return false;
  } finally {
    connection.database.exec(`pragma busy_timeout = ${timeout}`);
  }
}

function readPageSize({ database }: Connection): number {
  const row = database.prepare("pragma page_size").get() as { page_size: number };
  return row.page_size;
}

/** Of a disk that does not answer nothing can be said. */
function inodeOf(path: string): number | undefined | "unknown" {
  try {
    return statSync(path, { throwIfNoEntry: false })?.ino;
  } catch {
    return "unknown";
  }
}
