import { afterAll, beforeAll, expect, test } from "bun:test";
import { comparableUntil, comparedSpan } from "../../src/stats/comparison.ts";
import { parsePeriod } from "../../src/stats/period.ts";
import { addTestSite, startApp, submission, type TestApp } from "../helpers/app.ts";

let app: TestApp;
let key = "";
beforeAll(async () => {
  // A Monday, ten in the evening in Berlin; clocks there change on 29 March.
  app = await startApp({ at: Date.UTC(2026, 2, 30, 20), env: { FOOTFALL_RATE_LIMIT: "0" } });
  key = await addTestSite(app);
  await app.post(`/admin/sites/${key}/events`, { name: "buy", trigger: "manual" });
});
afterAll(() => app.close());

const HOUR = 3_600_000;
const overviewOf = (period: string, zone: string) => {
  const chosen = parsePeriod({ period }, zone, app.now());
  const { span } = chosen;
  const previous = comparedSpan(chosen, "previous")!;
  const previousUntil = comparableUntil(chosen, previous, app.now());
  const siteId = app.sites.find(key)!.id;
  return app.stats.overview({ siteId, period: span, previous, previousUntil });
};

test("figures, series and lists agree with what was sent, in the viewer's days", async () => {
  const send = (visitor: string, path: string, hoursAgo: number, names = ["page_view"]) =>
    app.send(
      key,
      submission({
        visitor: `visitor-${visitor}-0000000000`,
        url: `https://shop.example${path}`,
        events: names.map((name) => ({ name, age: hoursAgo * HOUR })),
      }),
    );
  await send("a", "/", 1, ["page_view", "buy", "nobody_defined_this"]);
  await send("a", "/x", 1);
  await send("b", "/", 21);
  await send("b", "/", 23);
  await send("c", "/", 46);

  const today = await overviewOf("today", "Europe/Berlin");
  const week = await overviewOf("7d", "Europe/Berlin");

  // Today began 22 hours ago, and yesterday had 23 hours.
  expect(today.totals).toEqual({ visitors: 2, sessions: 2, views: 3, events: 1 });
  expect(today.previousTotals).toEqual({ visitors: 1, sessions: 1, views: 1, events: 0 });
  expect(today.previousSeries).toHaveLength(23);
  expect(week.totals).toEqual({ visitors: 3, sessions: 4, views: 5, events: 1 });
  expect(week.series.map(({ visitors }) => visitors)).toEqual([0, 0, 0, 0, 1, 1, 2]);
  expect(week.pages).toEqual([
    { name: "/", visitors: 3, count: 4 },
    { name: "/x", visitors: 1, count: 1 },
  ]);
  expect(week.sources).toEqual([{ name: "direct", visitors: 3, count: 4 }]);
  expect(week.events).toEqual([{ name: "buy", visitors: 1, count: 1 }]);
});

test("a day that still goes on is compared with the same time of the day before", async () => {
  app.clock.move(2.5 * HOUR);
  const early = await overviewOf("today", "Europe/Berlin");
  app.clock.move(22 * HOUR);
  const late = await overviewOf("today", "Europe/Berlin");

  // Half past midnight; yesterday's first visit was at one in the morning.
  expect(early.previousTotals).toMatchObject({ visitors: 0, views: 0 });
  expect(late.previousTotals).toMatchObject({ visitors: 2, views: 3 });
  app.clock.move(-24.5 * HOUR);
});

test("a period that cannot be is said, and the last days are shown", async () => {
  for (const query of [
    "period=custom&from=2026-02-30&until=2026-03-01",
    "period=custom&from=2026-03-02&until=2026-03-01",
    "period=custom&from=1890-01-01&until=2026-03-01",
    "period=nonsense",
  ]) {
    const page = await app.get(`/admin/sites/${key}?${query}`);

    expect(page.status).toBe(422);
    expect(await page.text()).toContain('role="alert"');
  }
});
