import { statSync } from "node:fs";
import type { Connection } from "./connection.ts";

/** Keeps the write-ahead log small without delaying a commit. */
export interface Keeper {
  /** To be told of each commit. */
  committed(): void;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 500;
const IDLE_MS = 3000;
const PASSIVE_BYTES = 4 * 1024 * 1024;
/** Past this a reader has held the log for too long: the writer waits for it once. */
const HARD_CAP_BYTES = 256 * 1024 * 1024;

/**
 * Watches the log's size: past 4 MB a worker moves pages into the database, which neither
 * blocks nor waits; when nothing is written for some seconds the writer truncates the log.
 *
 * A log that is never moved while readers are open grows without end.
 */
export function createKeeper(connection: Connection, path: string): Keeper {
  const worker = new Worker(new URL("./checkpoint-worker.ts", import.meta.url).href);
  // A worker alone must not keep a command from ending.
  (worker as Worker & { unref(): void }).unref();
  let lastCommitAt = 0;
  let dirty = false;
  let busy = false;
  worker.onmessage = () => {
    busy = false;
  };
  // A checkpoint that fails is tried again at the next look; the log only grows meanwhile.
  worker.onerror = () => {
    busy = false;
  };

  const look = () => {
    if (!dirty || busy || connection.database.inTransaction) return;
    const sizeBytes = logSize(path);
    if (sizeBytes > HARD_CAP_BYTES) {
      connection.database.exec("pragma wal_checkpoint(restart)");
      return;
    }
    if (performance.now() - lastCommitAt > IDLE_MS) {
      connection.database.exec("pragma wal_checkpoint(truncate)");
      dirty = false;
      return;
    }
    if (sizeBytes < PASSIVE_BYTES) return;
    busy = true;
    worker.postMessage({ path });
  };

  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    committed() {
      dirty = true;
      lastCommitAt = performance.now();
    },
    async stop() {
      clearInterval(timer);
      worker.terminate();
    },
  };
}

function logSize(path: string): number {
  try {
    return statSync(`${path}-wal`).size;
  } catch {
    return 0;
  }
}
