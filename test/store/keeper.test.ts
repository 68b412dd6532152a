import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "../../src/store/connection.ts";
import { openStore, type OpenStore } from "../../src/store/open.ts";

const PAGES = 2000;
const MEGABYTE = 1024 * 1024;

let folder: string;
let opened: OpenStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "footfall-keeper-"));
  opened = openStore(folder);
  await opened.write((_, { database }) => {
    database.exec("create table heap (id integer primary key, filler blob) strict");
    database.exec(
      `insert into heap select value, randomblob(7000) from generate_series(1, ${PAGES})`,
    );
  });
});

afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true });
});

const logBytes = () => statSync(`${opened.path}-wal`).size;

/** Writes without a pause, as a busy site does. @returns The largest log that was seen. */
async function writeBytes(bytes: number): Promise<number> {
  let largest = 0;
  for (let written = 0; written < bytes; written += 100 * 8192) {
    await opened.write((_, connection) => {
      const from = Math.floor(Math.random() * (PAGES - 100));
      connection
        .prepare("update heap set filler = randomblob(7000) where id between ? and ?")
        .run([from, from + 99]);
    });
    largest = Math.max(largest, logBytes());
    await new Promise((resolve) => setImmediate(resolve));
  }
  return largest;
}

test("the log stays bounded however long it is written to", async () => {
  const largest = await writeBytes(500 * MEGABYTE);

  expect(largest).toBeLessThan(200 * MEGABYTE);
});

test("a reader that holds the log lets it grow, holds up nobody, and is made up for", async () => {
  const reader = connect(opened.path, { readOnly: true });
  reader.database.exec("begin");
  reader.database.prepare("select count(*) from heap").get();
  await writeBytes(100 * MEGABYTE);
  const held = logBytes();

  reader.database.exec("commit");
  reader.close();
  await writeBytes(300 * MEGABYTE);

  expect(held).toBeGreaterThan(90 * MEGABYTE);
  expect(logBytes()).toBeLessThan(200 * MEGABYTE);
});

test("a log that had to grow gives its room back by parts, since cutting takes time", async () => {
  const reader = connect(opened.path, { readOnly: true });
  reader.database.exec("begin");
  reader.database.prepare("select count(*) from heap").get();
  await writeBytes(300 * MEGABYTE);
  const sizes = [logBytes()];

  reader.database.exec("commit");
  reader.close();
  // Little by little, as most sites do: what is written is never much of a log.
  for (let written = 0; written < 2000 && sizes.at(-1)! > 100 * MEGABYTE; written += 1) {
    await opened.write((_, { database }) =>
      database.exec("update heap set filler = randomblob(7000) where id = 1"),
    );
    sizes.push(logBytes());
    await Bun.sleep(5);
  }

  const cuts = sizes.slice(1).map((size, index) => sizes[index]! - size);
  expect(sizes[0]).toBeGreaterThan(250 * MEGABYTE);
  expect(Math.max(...cuts)).toBeLessThan(100 * MEGABYTE);
  expect(sizes.at(-1)).toBeLessThanOrEqual(100 * MEGABYTE);
});
