import { afterEach, expect, test } from "bun:test";
import { checkSegments } from "../../src/stats/check-segments.ts";
import { checkDatabase } from "../../src/store/backup.ts";
import { startSealingLab, tellSessions, type SealingLab } from "../helpers/sealing.ts";
import { NOON } from "../helpers/store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let lab: SealingLab;
afterEach(() => lab.remove());

const rows = (sql: string) =>
  lab.store.reader.database
    .prepare(sql)
    .all()
    .map((row) => ({ ...(row as object) }));

test("segments that are too old go, and the totals of their days stay", async () => {
  lab = await startSealingLab();
  await lab.record([{ visitor: 1 }, { visitor: 1, path: "/a" }, { visitor: 2 }]);
  // On two days: a quarter to midnight, and after midnight.
  lab.now.move(11.75 * HOUR);
  await lab.record([{ visitor: 3 }]);
  lab.now.move(HOUR / 4 + 60_000);
  await lab.record([{ visitor: 3 }, { visitor: 3, name: "undefined_name" }]);
  lab.now.move(2 * HOUR);
  await lab.sealer.sealNow(1);
  lab.now.move(40 * DAY);
  await lab.record([{ visitor: 4, path: "/kept" }]);
  lab.now.move(2 * HOUR);
  await lab.sealer.sealNow(1);

  await lab.sealer.turn();
  const before = tellSessions(lab.store.reader, 1).length;
  await lab.store.write((_, connection) => {
    connection.prepare("update sites set keep_days = 30 where id = 1").run();
  });
  lab.now.move(2 * HOUR);
  await lab.sealer.turn();
  lab.now.move(2 * HOUR);
  await lab.sealer.turn();

  expect(before).toBe(4);
  expect(tellSessions(lab.store.reader, 1).map(({ visitorId }) => visitorId)).toEqual([4]);
  const day = new Date(NOON).toISOString().slice(0, 10);
  const next = new Date(NOON + DAY).toISOString().slice(0, 10);
  expect(rows("select day, visitors, sessions, views, events from daily_totals")).toEqual([
    { day, visitors: 3, sessions: 3, views: 4, events: 0 },
    { day: next, visitors: 1, sessions: 1, views: 1, events: 0 },
  ]);
  expect(rows("select distinct state from segments")).toEqual([{ state: "live" }]);
  expect(lab.errors).toEqual([]);
  expect([...checkDatabase(lab.store.path), ...checkSegments(lab.store.path)]).toEqual([]);
});

test("the key of a cookieless visitor goes when nothing is kept of the visitor", async () => {
  lab = await startSealingLab();
  await lab.record([{ visitor: 1, kind: "cookieless" }, { visitor: 2 }]);
  lab.now.move(2 * HOUR);
  await lab.sealer.sealNow(1);
  lab.now.move(50 * DAY);
  await lab.record([{ visitor: 3, kind: "cookieless" }]);
  lab.now.move(2 * HOUR);
  await lab.sealer.sealNow(1);
  await lab.store.write((_, connection) => {
    connection.prepare("update sites set keep_days = 30 where id = 1").run();
  });

  await lab.sealer.turn();
  lab.now.move(2 * HOUR);
  await lab.sealer.turn();

  const left = lab.store.reader.prepare("select id from visitors order by id").all();
  expect(left).toEqual([{ id: 2 }, { id: 3 }]);
});

test("a damaged segment goes as well, only the totals of its days are left out", async () => {
  lab = await startSealingLab();
  await lab.record([{ visitor: 1 }]);
  lab.now.move(2 * HOUR);
  await lab.sealer.sealNow(1);
  lab.now.move(2 * DAY);
  await lab.record([{ visitor: 2 }]);
  lab.now.move(2 * HOUR);
  await lab.sealer.sealNow(1);
  await lab.store.write((_, { database }) => {
    database.exec(`
      update segment_columns set checksum = 0
        where segment_id = (select min(id) from segments) and name = 'shape';
      update sites set keep_days = 30 where id = 1`);
  });

  lab.now.move(40 * DAY);
  await lab.sealer.turn();
  lab.now.move(2 * HOUR);
  await lab.sealer.turn();

  const day = new Date(NOON + 2 * DAY).toISOString().slice(0, 10);
  expect(rows("select day, visitors from daily_totals")).toEqual([{ day, visitors: 1 }]);
  expect(rows("select id from segments")).toEqual([]);
});

test("transactions of upkeep are short while many rows are sealed, merged and erased", async () => {
  lab = await startSealingLab();
  for (let round = 0; round < 20; round += 1) {
    const doings = Array.from({ length: 1000 }, (_, index) => ({
      visitor: (round * 250 + (index >> 2)) % 3000,
      path: `/${index % 50}`,
      props: { n: index },
    }));
    await lab.record(doings);
    lab.now.move(HOUR);
    if (round % 5 === 4) await lab.sealer.sealNow(1);
  }
  await lab.sealer.mergeNow(1);
  await lab.sealer.eraseVisitors(1, [5]);

  const sorted = lab.heldMs.toSorted((a, b) => a - b);
  // A busy machine may hold up one or the other for longer than its work takes.
  expect(sorted[Math.floor(sorted.length * 0.95)]!).toBeLessThan(10);
});
