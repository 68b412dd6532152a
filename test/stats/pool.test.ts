import { afterAll, beforeAll, expect, test } from "bun:test";
import { createPool } from "../../src/stats/pool.ts";
import { createStats } from "../../src/stats/stats.ts";
import { addTestSite, startApp, submission, type TestApp } from "../helpers/app.ts";

let app: TestApp;
let siteId = 0;
beforeAll(async () => {
  app = await startApp();
  const key = await addTestSite(app);
  siteId = app.sites.find(key)!.id;
  await app.send(key, submission({ events: [{ name: "page_view", age: 0 }] }));
});
afterAll(() => app.close());

test("createPool() has its threads rest after a question, before the next is worked on", async () => {
  const path = app.databasePath;
  const pool = createPool({ path, cacheBytes: 16 * 1024 * 1024 });
  const stats = createStats({ path, now: app.now, pool });
  const ask = async () => {
    const begunAt = performance.now();
    const { totals } = await stats.figures({
      siteIds: [siteId],
      zone: "UTC",
      period: { from: app.now() - 86_400_000, until: app.now() + 1 },
      metrics: ["views"],
    });
    return { totals, tookMs: performance.now() - begunAt };
  };

  pool.rest(1_000_000);
  await ask();
  const rested = await ask();

  expect(rested.totals).toEqual([1]);
  // As long as a rest is at most, but for what the first one's was over by then.
  expect(rested.tookMs).toBeGreaterThan(100);
  await stats.stop();
});
