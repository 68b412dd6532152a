import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startOfDay } from "../../src/lib/zone-time.ts";
import { checkDatabase } from "../../src/store/backup.ts";
import { openFixture, type Fixture } from "../helpers/fixture.ts";

// A data directory of release 0.1.0, which kept rows only, and the figures its pages showed.
const ZONE = "Europe/Berlin";

let opened: Fixture["opened"];
let stats: Fixture["stats"];
let fixture: Fixture;
beforeAll(() => {
  fixture = openFixture("first-light.db.zst");
  ({ opened, stats } = fixture);
});
afterAll(() => fixture.close());

const days = ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"];
const base = {
  siteIds: [1],
  zone: ZONE,
  period: { from: startOfDay(days[0]!, ZONE), until: startOfDay("2026-11-27", ZONE) },
};

describe("a data directory of the first release", () => {
  test("opens, and is sound", () => {
    expect(checkDatabase(opened.path)).toEqual([]);
  });

  test("shows the totals it showed", async () => {
    const { totals } = await stats.figures({
      ...base,
      metrics: ["visitors", "sessions", "views", "events"],
    });

    expect(totals).toEqual([118, 591, 600, 172]);
  });

  test("shows the chart it showed", async () => {
    const buckets = days.map((day) => startOfDay(day, ZONE));
    const { rows } = await stats.figures({ ...base, metrics: ["visitors"], by: ["time"], buckets });

    expect(rows.map(({ values }) => values[0]!)).toEqual([0, 0, 0, 98, 97, 92]);
  });

  test.each<[string, "page" | "source" | "event", readonly unknown[][]]>([
    [
      "pages",
      "page",
      [
        ["/", 100, 208],
        ["/product/shoe", 65, 87],
        ["/pricing", 61, 96],
        ["/product/hat", 53, 71],
        ["/blog/how", 52, 68],
        ["/cart", 50, 70],
      ],
    ],
    [
      "events",
      "event",
      [
        ["page_view", 118, 600],
        ["add_to_cart", 78, 127],
        ["purchase", 40, 45],
      ],
    ],
  ])("shows the %s it showed", async (_, dimension, expected) => {
    const { rows } = await stats.figures({
      ...base,
      metrics: ["visitors", "views", "events"],
      by: [dimension],
      // Its list of pages counted views only.
      ...(dimension === "page" && {
        filter: { dimension: "event", operator: "is", values: ["page_view"] },
      }),
    });

    const shown = rows.map(({ keys, values: [visitors, views, events] }) => [
      keys[0],
      visitors,
      Number(views) + Number(events),
    ]);
    expect(shown as unknown[][]).toEqual([...expected]);
  });

  test("shows the sources it showed", async () => {
    const { rows } = await stats.figures({
      ...base,
      metrics: ["visitors", "sessions"],
      by: ["source"],
    });

    expect(rows.map(({ keys, values }) => [keys[0], ...values])).toEqual([
      ["campaign", 52, 69],
      ["referral", 30, 133],
      ["social", 30, 138],
      ["direct", 29, 133],
      ["search", 28, 118],
    ]);
  });
});
