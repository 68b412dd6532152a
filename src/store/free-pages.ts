import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Connection } from "./connection.ts";
import { inSlices } from "./slices.ts";
import type { Write } from "./writer.ts";

/** Free pages that stay in the file, of all its pages: what comes next goes there. */
const KEEP_SHARE = 1 / 32;
const KEEP_BYTES = 1024 * 1024;

/**
 * Gives free pages at the end of their use back to the disk, in slices.
 *
 * Rows take seven times the room of the columns they become, so the file would stay as large as
 * its largest backlog. Pages from the end are moved into what is free before it; some are left
 * free, since rows come again.
 */
export async function giveBackFreePages(write: Write): Promise<void> {
  if (!(await write((_, connection) => isShrinkable(connection), "upkeep"))) return;
  await inSlices(write, 0, (connection, done, pages) => {
    const count = Math.min(pages, countSpare(connection));
    if (count <= 0) return undefined;
    connection.database.exec(`pragma incremental_vacuum(${count})`);
    return done + count;
  });
}

function countSpare(connection: Connection): number {
  const free = numberOf(connection, "freelist_count");
  const kept = Math.max(
    numberOf(connection, "page_count") * KEEP_SHARE,
    KEEP_BYTES / numberOf(connection, "page_size"),
  );
  return free - Math.ceil(kept);
}

/** What `auto_vacuum` is where pages are given back when asked for. */
const INCREMENTAL = 2;

const isShrinkable = (connection: Connection) =>
  numberOf(connection, "auto_vacuum") === INCREMENTAL;

/**
 * Makes a file that was made before pages could be given back one that can, by writing it anew.
 *
 * Once, at the start of the release that brought it. Where the disk has no room for it the file
 * stays as it is; nothing but its size depends on it.
 */
export function makeShrinkable(connection: Connection, path: string): void {
  if (isShrinkable(connection)) return;
  const { bavail, bsize } = statfsSync(dirname(path));
  // A copy in a temporary file, and one in the write-ahead log.
  if (bavail * bsize < statSync(path).size * 2.5) return;
  const { database } = connection;
  // Not in memory, and not where temporary files lie: that may be memory as well.
  database.exec(`pragma temp_store_directory = '${dirname(path).replaceAll("'", "''")}'`);
  database.exec("pragma temp_store = file");
  try {
    database.exec("pragma auto_vacuum = incremental");
    database.exec("vacuum");
    database.exec("pragma wal_checkpoint(truncate)");
  } finally {
    database.exec("pragma temp_store = memory");
    database.exec("pragma temp_store_directory = ''");
  }
}

function numberOf({ database }: Connection, pragma: string): number {
  const row = database.prepare(`pragma ${pragma}`).get() as Record<string, number>;
  return row[pragma]!;
}
