import { connect, type Connection } from "./connection.ts";

declare const self: Worker;

/** How many pages the log holds, and how many of them stand in the database by now. */
export interface Checkpointed {
  readonly log: number;
  readonly checkpointed: number;
}

let connection: Connection | undefined;

self.onmessage = ({ data }: MessageEvent<{ path: string }>) => {
  connection ??= connect(data.path, { busyTimeoutMs: 50 });
  const row = connection.prepare("pragma wal_checkpoint(passive)").get() as Checkpointed;
  self.postMessage({ log: row.log, checkpointed: row.checkpointed } satisfies Checkpointed);
};
