import { statSync } from "node:fs";

/** A write-ahead log that is no longer than this keeps its room. */
export const LOG_BYTES = 64 * 1024 * 1024;

/** @param path Of the database. @returns Bytes of its write-ahead log; 0 without one. */
export function logSize(path: string): number {
  try {
    return statSync(`${path}-wal`).size;
  } catch {
    return 0;
  }
}
