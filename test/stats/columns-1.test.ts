import { afterAll, beforeAll, expect, test } from "bun:test";
import { createLog } from "../../src/lib/log.ts";
import { checkSegments } from "../../src/stats/check-segments.ts";
import type { Dimension } from "../../src/stats/dimensions.ts";
import { createSealer } from "../../src/stats/sealer.ts";
import { checkDatabase } from "../../src/store/backup.ts";
import { openFixture, type Fixture } from "../helpers/fixture.ts";

// Segments of the first format, with visitors in one table, and what that release counted in them.

let opened: Fixture["opened"];
let stats: Fixture["stats"];
let fixture: Fixture;
beforeAll(() => {
  fixture = openFixture("columns-1.db.zst");
  ({ opened, stats } = fixture);
});
afterAll(() => fixture.close());

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
