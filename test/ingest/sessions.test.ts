import { afterAll, beforeAll, expect, test } from "bun:test";
import { checkDatabase } from "../../src/store/backup.ts";
import { addTestSite, startApp, submission, type TestApp } from "../helpers/app.ts";
import { ask, keyOf } from "../helpers/rows.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp({ env: { FOOTFALL_RATE_LIMIT: "0" } });
  key = await addTestSite(app);
});
afterAll(() => app.close());

const sessionsOf = (visitor: string) =>
  ask<{ length: number; isNew: number; views: number }>(
    app,
    `select s.last_at - s.started_at as length, s.is_new as isNew, s.views
     from sessions s join visitors v on v.id = s.visitor_id where hex(v.key) = ? order by s.id`,
    keyOf(app, visitor),
  ).map((row) => ({ ...row }));

test("a session that never ends is cut after a day", async () => {
  const visitor = "visitor-never-ends-00000";
  for (let view = 0; view < 60; view += 1) {
    await app.send(key, submission({ visitor }));
    app.clock.move(29 * MINUTE);
  }

  expect(sessionsOf(visitor)).toEqual([
    { length: 49 * 29 * MINUTE, isNew: 1, views: 50 },
    { length: 9 * 29 * MINUTE, isNew: 0, views: 10 },
  ]);
  expect(checkDatabase(app.databasePath)).toEqual([]);
});

test("the first session of a visitor is new, also when others come in the same request", async () => {
  const visitor = "visitor-first-visit-0000";
  const events = [5, 3, 1].map((hours) => ({ name: "page_view", age: hours * HOUR }));
  await app.send(key, submission({ visitor, events }));
  await app.send(key, submission({ visitor }));

  expect(sessionsOf(visitor).map(({ isNew }) => isNew)).toEqual([1, 0, 0, 0]);
});
