import { connect, type Connection } from "./connection.ts";

declare const self: Worker;

/** How many pages the log holds, and how many of them stand in the database by now. */
export interface Checkpointed {
  readonly log: number;
  readonly checkpointed: number;
}

let connection: Connection | undefined;

self.onmessage = ({ data }: MessageEvent<{ path: string }>) => {
  self.postMessage(moveOn(data.path));
};

/** An error would end the worker, and with it all that keeps the log small. */
function moveOn(path: string): Checkpointed {
  try {
    connection ??= connect(path, { busyTimeoutMs: 50 });
    const row = connection.database.prepare("pragma wal_checkpoint(passive)").get() as Checkpointed;
    return { log: row.log, checkpointed: row.checkpointed };
  } catch {
    // On a full disk: tried again at the next look.
    return { log: 0, checkpointed: 0 };
  }
}
