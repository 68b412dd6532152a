import { chmodSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { Refusal } from "../lib/errors.ts";
import { asRefusal } from "./fault.ts";

/** Held for as long as a process works on a data directory. */
export interface Lock {
  release(): void;
}

/**
 * Takes the data directory for this process.
 *
 * The lock is an open transaction on a tiny database of its own: the operating system drops
 * it when the process dies, however it dies, so no stale lock ever has to be removed by hand.
 *
 * @throws {Refusal} `conflict`, if another process holds it.
 */
export function lockDirectory(directory: string): Lock {
  const path = join(directory, "footfall.lock");
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    database.exec("pragma locking_mode = exclusive");
    database.exec("begin exclusive");
  } catch (cause) {
    if (database?.open) database.close();
    if ((cause as { code?: unknown }).code !== "SQLITE_BUSY") {
      throw asRefusal(cause, `Cannot take the lock ${path}`);
    }
    throw new Refusal(
      "conflict",
      `Another Footfall works on ${directory}: stop it first, or choose another FOOTFALL_DATA`,
      { cause },
    );
  }
  chmodSync(path, 0o600);
  const held = database;
  return {
    release() {
      if (held.open) held.close();
    },
  };
}
