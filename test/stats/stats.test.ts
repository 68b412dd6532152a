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
const COUNTS = ["visitors", "sessions", "views", "events"] as const;

const overviewOf = async (name: string, zone: string) => {
  const chosen = parsePeriod({ period: name }, zone, app.now());
  const { span } = chosen;
  const previous = comparedSpan(chosen, "previous")!;
  const until = comparableUntil(chosen, previous, app.now());
  const siteIds = [app.sites.find(key)!.id];
  const asked = { siteIds, zone, period: span, metrics: COUNTS };
  const { stats } = app;
  const [totals, series] = await Promise.all([
    stats.figures({ ...asked, compare: { period: { from: previous.from, until } } }),
    stats.figures({
      ...asked,
      by: ["time"],
      buckets: span.buckets,
      compare: { period: previous, buckets: previous.buckets },
    }),
  ]);
  const top = async (dimension: "page" | "source" | "event") => {
    const { rows } = await stats.figures({ ...asked, by: [dimension] });
    return rows.map(({ keys, values }) => [...keys, ...values]);
  };
  return { totals, series, top };
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
  expect(today.totals.totals).toEqual([2, 2, 3, 1]);
  expect(today.totals.totalsBefore).toEqual([1, 1, 1, 0]);
  expect(today.series.rowsBefore).toHaveLength(23);
  expect(week.totals.totals).toEqual([3, 4, 5, 1]);
  expect(week.series.rows.map(({ values }) => values[0]!)).toEqual([0, 0, 0, 0, 1, 1, 2]);
  expect(await week.top("page")).toEqual([
    ["/", 3, 4, 4, 1],
    ["/x", 1, 1, 1, 0],
  ]);
  expect(await week.top("source")).toEqual([["direct", 3, 4, 5, 1]]);
  expect(await week.top("event")).toEqual([
    ["page_view", 3, 4, 5, 0],
    ["buy", 1, 1, 0, 1],
  ]);
});

test("a day that still goes on is compared with the same time of the day before", async () => {
  app.clock.move(2.5 * HOUR);
  const early = await overviewOf("today", "Europe/Berlin");
  app.clock.move(22 * HOUR);
  const late = await overviewOf("today", "Europe/Berlin");

  // Half past midnight; yesterday's first visit was at one in the morning.
  expect(early.totals.totalsBefore).toEqual([0, 0, 0, 0]);
  expect(late.totals.totalsBefore).toEqual([2, 2, 3, 1]);
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
