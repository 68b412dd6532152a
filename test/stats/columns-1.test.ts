import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLog } from "../../src/lib/log.ts";
import { checkSegments } from "../../src/stats/check-segments.ts";
import { createPool } from "../../src/stats/pool.ts";
import type { Dimension } from "../../src/stats/dimensions.ts";
import { createSealer } from "../../src/stats/sealer.ts";
import { createStats, type Stats } from "../../src/stats/stats.ts";
import { checkDatabase } from "../../src/store/backup.ts";
import { openStore, type OpenStore } from "../../src/store/open.ts";
import { testFolder } from "../helpers/store.ts";

// Segments of the first format, with visitors in one table, and what that release counted in them.
const FILE = join(import.meta.dir, "..", "fixtures", "columns-1.db.zst");

let opened: OpenStore;
let stats: Stats;
beforeAll(() => {
  const folder = testFolder();
  writeFileSync(join(folder, "footfall.db"), Bun.zstdDecompressSync(readFileSync(FILE)));
  opened = openStore(folder);
  const { path } = opened;
  stats = createStats({ path, now: Date.now, pool: createPool({ path, cacheBytes: 16e6 }) });
});
afterAll(async () => {
  stats.stop();
  await opened.close();
});

const base = {
  siteIds: [1],
  zone: "Europe/Berlin",
  period: { from: Date.UTC(2026, 8, 1), until: Date.UTC(2026, 10, 1) },
};
const totals = async () =>
  (await stats.figures({ ...base, metrics: ["visitors", "sessions", "views", "events"] })).totals;

test("a segment of format 1 shows the totals it showed", async () => {
  expect(checkDatabase(opened.path)).toEqual([]);
  expect(checkSegments(opened.path)).toEqual([]);
  expect(await totals()).toEqual([500, 1502, 4002, 1176]);
});

test.each<[Dimension, readonly (readonly [string, number, number])[]]>([
  // prettier-ignore
  ["entry_page", [["/", 151, 191], ["/category/1", 78, 86], ["/blog/2", 64, 68]]],
  // prettier-ignore
  ["exit_page", [["/", 151, 181], ["/category/1", 80, 91], ["/blog/2", 57, 58]]],
  // prettier-ignore
  ["page", [["/", 279, 425], ["/category/1", 174, 232], ["/blog/2", 129, 144]]],
  // prettier-ignore
  ["region", [["Region 0", 32, 72], ["Region 1", 27, 84], ["Region 2", 13, 33]]],
  // prettier-ignore
  ["title", [["Shop", 279, 425], ["Page 1 of the shop", 174, 232], ["Page 2 of the shop", 129, 144]]],
])("and the same list by %s", async (dimension, expected) => {
  const asked = { ...base, metrics: ["visitors", "sessions"] as const, by: [dimension] };
  const { rows } = await stats.figures({ ...asked, limit: 3 });

  expect(rows.map(({ keys, values }) => [keys[0], ...values])).toEqual(
    expected.map((row) => [...row]),
  );
});

test("is written anew in the format of this release when somebody in it is erased", async () => {
  const sealer = createSealer({
    path: opened.path,
    write: opened.write,
    now: Date.now,
    log: createLog("quiet"),
    onSealing: () => {},
  });
  await sealer.eraseVisitors(1, [1]);
  await sealer.stop();

  const formats = opened.reader.prepare("select distinct format from segments order by 1").all();
  expect(formats).toContainEqual({ format: 2 });
  expect(checkSegments(opened.path)).toEqual([]);
  expect((await totals())[0]).toBe(499);
});
