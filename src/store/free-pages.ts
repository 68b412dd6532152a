import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Connection } from "./connection.ts";
import { inSlices } from "./slices.ts";
import { inTempFiles } from "./temp-files.ts";
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

/** Writing more anew would keep Footfall from answering for longer than a start may take. */
const MOST_BYTES = 2 * 1024 * 1024 * 1024;

/**
 * Makes a file that was made before pages could be given back one that can, by writing it anew.
 *
 * Once, at the start of the release that brought it. Where the file is very large, the disk has no
 * room for it or it fails, the file stays as it is: nothing but its size depends on it.
 *
 * @param say Told what is done or left undone, in a sentence.
 */
export function makeShrinkable(
  connection: Connection,
  path: string,
  say: (sentence: string) => void = () => {},
): void {
  if (isShrinkable(connection)) return;
  const sizeBytes = statSync(path).size;
  const { bavail, bsize } = statfsSync(dirname(path));
  // A copy in a temporary file, and one in the write-ahead log.
  if (sizeBytes > MOST_BYTES || bavail * bsize < sizeBytes * 2.5) {
    say(
      "free pages of the database are kept: it is too large, or the disk too full, to write anew",
    );
    return;
  }
  say(`writing the database anew, ${Math.ceil(sizeBytes / 1e6)} MB, without its free pages`);
  const { database } = connection;
  try {
    inTempFiles(connection, () => database.exec("pragma auto_vacuum = incremental; vacuum"));
    database.exec("pragma wal_checkpoint(truncate)");
  } catch (error) {
    say(`it stays as it was: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function numberOf({ database }: Connection, pragma: string): number {
  const row = database.prepare(`pragma ${pragma}`).get() as Record<string, number>;
  return row[pragma]!;
}
