import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { checkDatabase } from "../../src/store/backup.ts";
import { addTestSite, startApp, submission, type TestApp } from "../helpers/app.ts";
import { ask, storedEvents } from "../helpers/rows.ts";

const MINUTE = 60_000;

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp({ env: { FOOTFALL_RATE_LIMIT: "0" } });
  key = await addTestSite(app);
});
afterAll(() => app.close());

const hits = fc.array(
  fc.record({
    visitor: fc.integer({ min: 0, max: 2 }),
    ages: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 6 }),
    isParallel: fc.boolean(),
    waitMinutes: fc.integer({ min: 0, max: 50 }),
  }),
  { minLength: 1, maxLength: 12 },
);

test("events that come late, in any order and in one batch, are each in one session", async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(hits, async (sent) => {
      round += 1;
      const before = storedEvents(app).length;
      const going: Promise<Response>[] = [];
      for (const { visitor, ages, isParallel, waitMinutes } of sent) {
        const events = ages.map((age) => ({ name: "page_view", age: age * MINUTE }));
        const body = { visitor: `visitor-${round}-${visitor}-0000000`, events };
        going.push(app.send(key, submission(body)));
        if (!isParallel) await Promise.all(going);
        if (!isParallel) app.clock.move(waitMinutes * MINUTE);
      }
      const statuses = (await Promise.all(going)).map(({ status }) => status);

      const count = sent.reduce((sum, { ages }) => sum + ages.length, 0);
      expect(statuses.every((status) => status === 202)).toBe(true);
      expect(storedEvents(app).length - before).toBe(count);
      expect(checkDatabase(app.databasePath)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

const cut = (length: number) => `${"a".repeat(length - 1)}🤀`;

test.each([
  ["a title that is cut inside a character", { page: { title: cut(200) } }],
  ["a language that is", { page: { language: cut(35) } }],
  ["a property that is", { events: [{ name: "page_view", props: { [cut(64)]: cut(500) } }] }],
  ["a campaign that is", { url: `https://shop.example/?utm_campaign=${cut(200)}` }],
  ["a NUL in a campaign", { url: "https://shop.example/?utm_campaign=%00abc" }],
  ["a NUL in a path", { url: "https://shop.example/%00" }],
])("%s is stored, and found again after a restart", async (_, more) => {
  const first = await startApp();
  const site = await addTestSite(first);
  const statuses = [(await first.send(site, submission(more))).status];
  statuses.push((await first.send(site, submission(more))).status);
  await first.server.stop();
  await first.stop();

  const second = await startApp({ directory: first.directory });
  statuses.push((await second.send(site, submission(more))).status);

  expect(statuses).toEqual([202, 202, 202]);
  expect(ask(second, "select text from terms group by text having count(*) > 1")).toEqual([]);
  await second.close();
});
