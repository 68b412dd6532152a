import { connect, type Connection } from "./connection.ts";

declare const self: Worker;

let connection: Connection | undefined;

self.onmessage = ({ data }: MessageEvent<{ path: string }>) => {
  connection ??= connect(data.path, { busyTimeoutMs: 50 });
  connection.database.exec("pragma wal_checkpoint(passive)");
  self.postMessage("done");
};
