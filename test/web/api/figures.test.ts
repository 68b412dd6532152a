import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { faultOf } from "../../../src/lib/json-schema.ts";
import { SCHEMAS } from "../../../src/web/api/document/schemas.ts";
import { callApi, makeApiKey } from "../../helpers/api.ts";
import { addTestSite, startApp, submission, type TestApp } from "../../helpers/app.ts";

const NOON = Date.UTC(2026, 10, 25, 12);
const DAY_MS = 24 * 60 * 60 * 1000;
const period = { from: "2026-11-25", until: "2026-11-26" };

let app: TestApp;
let site: string;
let key: string;
beforeAll(async () => {
  app = await startApp({ at: NOON });
  site = await addTestSite(app);
  key = await makeApiKey(app);
  const visit = async (visitor: string, pages: string[]) => {
    for (const page of pages) {
      const url = `https://shop.example${page}`;
      await app.send(site, submission({ visitor: `visitor-00000000000${visitor}`, url }));
      app.clock.move(1000);
    }
  };
  await visit("1", ["/", "/pricing"]);
  await visit("2", ["/"]);
  app.clock.move(DAY_MS);
  await visit("1", ["/pricing", "/cart"]);
});
afterAll(() => app.close());

/** Asks, and holds the answer against what the document promises. */
async function ask(path: string, schema: string, body: object) {
  const response = await callApi(app, key, path, { siteKeys: [site], period, ...body });
  const answer = await response.json();
  expect(response.status).toBe(200);
  expect(faultOf({ $ref: `#/components/schemas/${schema}` }, answer, SCHEMAS)).toBeUndefined();
  return answer as never;
}

describe("POST /api/v1/stats", () => {
  test("answers totals by the names of the metrics", async () => {
    const answer = await ask("/api/v1/stats", "StatsAnswer", {
      zone: "Europe/Berlin",
      metrics: ["visitors", "sessions", "views", "bounce_rate"],
    });

    expect(answer).toMatchObject({
      period: { from: "2026-11-25T00:00:00+01:00", until: "2026-11-27T00:00:00+01:00" },
      totals: { visitors: 2, sessions: 3, views: 5, bounce_rate: 1 / 3 },
      rows: [],
    });
  });

  test("answers a list with its comparison", async () => {
    const answer = await ask("/api/v1/stats", "StatsAnswer", {
      period: { from: "2026-11-26", until: "2026-11-26" },
      metrics: ["views"],
      by: ["page"],
      compare: "previous",
    });

    expect(answer).toMatchObject({
      totals: { views: 2 },
      totalsBefore: { views: 3 },
      rows: [
        { keys: { page: "/cart" }, values: { views: 1 }, before: { views: 0 } },
        { keys: { page: "/pricing" }, values: { views: 1 }, before: { views: 1 } },
      ],
    });
  });

  test("answers a series with the moments its rows begin at", async () => {
    const answer = await ask("/api/v1/stats", "StatsAnswer", {
      metrics: ["visitors"],
      by: ["time"],
      buckets: "day",
      compare: "year",
    });

    expect(answer).toMatchObject({
      rows: [
        { keys: { time: "2026-11-25T00:00:00Z" }, values: { visitors: 2 } },
        { keys: { time: "2026-11-26T00:00:00Z" }, values: { visitors: 1 } },
      ],
      rowsBefore: [{ keys: { time: "2025-11-25T00:00:00Z" }, values: { visitors: 0 } }, {}],
    });
  });

  test("answers what a filter and a goal ask for", async () => {
    const answer = await ask("/api/v1/stats", "StatsAnswer", {
      filter: { not: { dimension: "page", operator: "is", values: ["/cart"] } },
      metrics: ["views", "conversions", "conversion_rate"],
      goal: { kind: "page", match: "/cart" },
    });

    expect(answer).toMatchObject({ totals: { views: 4, conversions: 1, conversion_rate: 0.5 } });
  });
});

test("POST /api/v1/funnel answers how far visitors came", async () => {
  const answer = await ask("/api/v1/funnel", "FunnelAnswer", {
    steps: [
      { kind: "page", match: "/" },
      { kind: "page", match: "/pric*" },
    ],
    by: "entry_page",
  });

  expect(answer).toMatchObject({
    steps: [
      { match: "/", visitors: 2, averageMs: null },
      { match: "/pric*", visitors: 1, averageMs: 1000 },
    ],
    groups: [{ key: "/", visitors: [2, 1] }],
  });
});

test("POST /api/v1/retention answers who came back", async () => {
  const answer = await ask("/api/v1/retention", "RetentionAnswer", { buckets: "day" });

  expect(answer).toMatchObject({
    cohorts: [
      { begins: "2026-11-25T00:00:00Z", visitors: 2, active: [2, 1] },
      { begins: "2026-11-26T00:00:00Z", visitors: 0, active: [0] },
    ],
  });
});

const stats = "/api/v1/stats";
const metrics = ["views"];
const deep = (depth: number): object =>
  depth === 0 ? { dimension: "page", operator: "is_set", values: [] } : { not: deep(depth - 1) };

describe("a question that cannot be asked", () => {
  test.each([
    [stats, {}, "metrics: is missing"],
    [stats, { metrics: ["visits"] }, "metrics[0]: must be a metric such as"],
    [stats, { metrics, period: { from: "yesterday", until: 5 } }, "period.from: must be a day"],
    [stats, { metrics, zone: "Berlin" }, "zone: must be a zone of the tz database"],
    [stats, { metrics, siteKeys: ["nope"] }, 'siteKeys: this key knows no site "nope"'],
    [stats, { metrics, by: ["colour"] }, "by[0]: must be `time` or a dimension"],
    [stats, { metrics, by: ["time"] }, "buckets: is missing"],
    [stats, { metrics: ["conversions"] }, "goal: is missing"],
    [stats, { metrics, order: { by: "events", descending: true } }, "order.by: must be one of"],
    [stats, { metrics, filters: [] }, "filters: is not known; there are siteKeys, period"],
    [stats, { metrics, filter: { all: [{ dimension: "page" }] } }, "filter.all[0].operator: is"],
    [
      stats,
      { metrics, filter: { dimension: "hour", operator: "is", values: ["25"] } },
      "filter: Hour is 0 to 23",
    ],
    [stats, { metrics, filter: deep(12) }, "nested too deep"],
    ["/api/v1/funnel", { steps: [{ kind: "page", match: "/" }] }, "steps: must have at least 2"],
    ["/api/v1/retention", { buckets: "hour" }, "buckets: must be one of day, week, month"],
    ["/api/v1/retention", { begins: "buy" }, 'begins: must be "first visit", or an event'],
  ])("%s %j is told what is wrong", async (path, body, message) => {
    const response = await callApi(app, key, path, { siteKeys: [site], period, ...body });
    const answer = (await response.json()) as { error: string; field: string };

    expect(response.status).toBe("siteKeys" in body ? 404 : 400);
    expect(answer.error).toContain(message);
    expect(answer.error).toStartWith(answer.field);
    expect(faultOf({ $ref: "#/components/schemas/Error" }, answer, SCHEMAS)).toBeUndefined();
  });

  test("is told so if it is no JSON", async () => {
    const response = await fetch(app.url + stats, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: "{",
    });

    expect([response.status, await response.json()]).toEqual([
      400,
      { error: "The body is not valid JSON" },
    ]);
  });

  test("of another site is answered as if there were none", async () => {
    await addTestSite(app, "other.example");
    const other = await makeApiKey(app, ["stats:read"], site);
    const [, otherKey] = /"key":"([^"]+)","domain":"other/.exec(
      await (await callApi(app, key, "/api/v1/sites")).text(),
    )!;
    const response = await callApi(app, other, stats, { siteKeys: [otherKey], period, metrics });

    expect(response.status).toBe(404);
  });
});
