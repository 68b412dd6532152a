import { chmodSync, existsSync, mkdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../lib/errors.ts";
import { copyDatabase } from "./backup.ts";
import { asRefusal } from "./fault.ts";
import { connect, type Connection, type Store } from "./connection.ts";
import { makeShrinkable } from "./free-pages.ts";
import { createKeeper, type Keeper } from "./keeper.ts";
import { lockDirectory } from "./lock.ts";
import { migrate, MIGRATIONS } from "./migrate.ts";
import { createWriter, type Write, type Writer } from "./writer.ts";

export const DATABASE_FILE = "footfall.db";

/** The open store of one process. */
export interface OpenStore {
  /** For reading; what an unfinished change does is not seen here. */
  readonly store: Store;
  readonly reader: Connection;
  readonly write: Write;
  readonly writer: Writer;
  readonly directory: string;
  readonly path: string;
  /** Lets what waits finish, empties the write-ahead log and lets go of the directory. */
  close(): Promise<void>;
}

/**
 * Opens the data directory: takes its lock, brings the database up to date, starts its keeper.
 *
 * @param say Told what takes a while, in a sentence: an upgrade of a large file.
 * @throws {Refusal} `conflict`, if another process works on it; `unavailable`, if there is no
 *   room for the backup that is made before an upgrade, or the directory cannot be written.
 */
export function openStore(
  directory: string,
  say: (sentence: string) => void = () => {},
): OpenStore {
  makeDirectory(directory);
  const lock = lockDirectory(directory);
  const path = join(directory, DATABASE_FILE);

  let writing: Connection | undefined;
  let refuse = (_reason: string) => {};
  let reader: Connection;
  let keeper: Keeper;
  try {
    // Pages of 8 KB: the file is made with them, so this must come before the first table.
    writing = connect(path, { pageSize: 8192 });
    chmodSync(path, 0o600);
    migrate(writing, (version) => {
      say(`upgrading the database from version ${version} to ${MIGRATIONS.length}`);
      say(`as it was it stays in ${backUpBefore(directory, path, version)}`);
    });
    makeShrinkable(writing, path, say);
    reader = connect(path, { readOnly: true });
    keeper = createKeeper(writing, path, () =>
      refuse(`${directory} was removed or replaced while Footfall ran: restart it`),
    );
  } catch (error) {
    writing?.close();
    lock.release();
    throw asRefusal(error, `Cannot open ${path}`);
  }

  const connection = writing;
  const writer = createWriter(connection);
  writer.onCommit(keeper.committed);
  refuse = writer.refuse;

  return {
    store: reader.store,
    reader,
    write: writer.write,
    writer,
    directory,
    path,
    async close() {
      await writer.stop();
      await keeper.stop();
      reader.close();
      try {
        connection.database.exec("pragma wal_checkpoint(truncate)");
      } catch {
        // On a full disk what is in the log stays there: the next start takes it up.
      }
      connection.close();
      lock.release();
    },
  };
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new Refusal("unavailable", `Cannot make the data directory ${directory}`, { cause });
  }
}

/** An upgrade goes forward only; going back is restoring this copy. */
function backUpBefore(directory: string, path: string, version: number): string {
  const target = join(directory, `before-version-${MIGRATIONS.length}-from-${version}.db`);
  const { bavail, bsize } = statfsSync(directory);
  const sizeBytes = statSync(path).size;
  if (bavail * bsize < sizeBytes * 2) {
    throw new Refusal(
      "unavailable",
      `The upgrade needs ${Math.ceil((sizeBytes * 2) / 1e6)} MB free in ${directory} for a backup`,
    );
  }
  if (existsSync(target)) rmSync(target);
  copyDatabase(path, target);
  return target;
}
