import { connect, type Connection } from "../store/connection.ts";
import { REPORTS } from "./reports.ts";

declare const self: Worker;

/** A question to the worker: which report of which file. */
export interface RowQuestion {
  readonly id: number;
  readonly path: string;
  readonly report: keyof typeof REPORTS;
  readonly query: unknown;
}

export type RowReply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string };

let connection: Connection | undefined;

self.onmessage = ({ data }: MessageEvent<RowQuestion>) => {
  const { id, path, report, query } = data;
  try {
    connection ??= connect(path, { readOnly: true, cacheBytes: 64 * 1024 * 1024 });
    const answer = (REPORTS[report] as (connection: Connection, query: unknown) => unknown)(
      connection,
      query,
    );
    self.postMessage({ id, answer } satisfies RowReply);
  } catch (error) {
    self.postMessage({ id, error: String(error) } satisfies RowReply);
  }
};
