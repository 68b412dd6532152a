import { describe, expect, test } from "bun:test";
import { dayOf } from "../../src/lib/zone-time.ts";
import { comparableUntil, comparedSpan, movePeriod } from "../../src/stats/comparison.ts";
import { bucketLabels, parsePeriod, PERIODS, type PeriodInput } from "../../src/stats/period.ts";

const ZONE = "Europe/Berlin";
/** A Tuesday in November, 12:20 in Berlin. */
const NOW = Date.UTC(2026, 10, 24, 11, 20);
const HOUR_MS = 3_600_000;

const read = (input: PeriodInput, firstAt: number | null = null) =>
  parsePeriod(input, ZONE, NOW, firstAt);
const own = (from: string, until: string, unit?: PeriodInput["unit"]) =>
  read({ period: "custom", from, until, unit });
const dayIn = (at: number) => dayOf(at, ZONE);

describe("parsePeriod()", () => {
  test.each([
    ["today", "2026-11-24", "2026-11-24", "hour", 24],
    ["yesterday", "2026-11-23", "2026-11-23", "hour", 24],
    ["24h", "2026-11-23", "2026-11-24", "hour", 24],
    ["7d", "2026-11-18", "2026-11-24", "day", 7],
    ["28d", "2026-10-28", "2026-11-24", "day", 28],
    ["90d", "2026-08-27", "2026-11-24", "day", 90],
    ["week", "2026-11-23", "2026-11-29", "day", 7],
    ["last_week", "2026-11-16", "2026-11-22", "day", 7],
    ["month", "2026-11-01", "2026-11-30", "day", 30],
    ["last_month", "2026-10-01", "2026-10-31", "day", 31],
    ["year", "2026-01-01", "2026-12-31", "month", 12],
    ["last_year", "2025-01-01", "2025-12-31", "month", 12],
    ["12m", "2025-12-01", "2026-11-30", "month", 12],
    ["all", "2026-11-24", "2026-11-24", "hour", 24],
  ])("reads %s", (period, fromDay, untilDay, unit, buckets) => {
    const found = read({ period });

    expect(found).toMatchObject({ name: period, fromDay, untilDay, unit });
    expect(found.span.buckets).toHaveLength(buckets);
    expect(found.span.buckets[0]).toBe(found.span.from);
  });

  test("knows every period of the menu", () => {
    expect(PERIODS.map(({ name }) => read({ period: name }).name)).toEqual(
      PERIODS.map(({ name }) => name),
    );
  });

  test("begins all time with the first event", () => {
    expect(read({ period: "all" }, Date.UTC(2023, 4, 31, 23)).fromDay).toBe("2023-06-01");
  });

  test("gives a day of changing clocks the hours it has", () => {
    expect(own("2026-03-29", "2026-03-29").span.buckets).toHaveLength(23);
    expect(own("2026-10-25", "2026-10-25").span.buckets).toHaveLength(25);
  });

  test("begins weeks on Mondays and months on firsts, but for the first", () => {
    const weeks = own("2026-10-01", "2026-10-31", "week").span.buckets.map(dayIn);
    const months = own("2026-01-15", "2026-03-20", "month").span.buckets.map(dayIn);

    expect(weeks).toEqual(["2026-10-01", "2026-10-05", "2026-10-12", "2026-10-19", "2026-10-26"]);
    expect(months).toEqual(["2026-01-15", "2026-02-01", "2026-03-01"]);
  });

  test("takes a unit only where it suits", () => {
    expect(read({ period: "30d", unit: "hour" }).unit).toBe("day");
    expect(read({ period: "30d", unit: "week" }).unit).toBe("week");
    expect(read({ period: "today", unit: "month" }).unit).toBe("hour");
  });
});

describe("movePeriod()", () => {
  const move = (input: PeriodInput, times: 1 | -1) => movePeriod(read(input), times, NOW);

  test.each([
    ["7d", { period: "custom", from: "2026-11-11", until: "2026-11-17" }],
    ["today", { period: "yesterday" }],
    ["24h", { period: "yesterday" }],
    ["month", { period: "last_month" }],
    ["last_month", { period: "custom", from: "2026-09-01", until: "2026-09-30" }],
    ["year", { period: "last_year" }],
    ["week", { period: "last_week" }],
    ["12m", { period: "custom", from: "2024-12-01", until: "2025-11-30" }],
    ["all", undefined],
  ])("goes back from %s", (period, expected) => {
    expect(move({ period }, -1)).toEqual(expected as ReturnType<typeof move>);
  });

  test("goes forth to what is called so, and never beyond today", () => {
    expect(move({ period: "last_month" }, 1)).toEqual({ period: "month" });
    expect(move({ period: "custom", from: "2026-10-01", until: "2026-10-31" }, 1)).toEqual({
      period: "month",
    });
    expect(move({ period: "month" }, 1)).toBeUndefined();
    expect(move({ period: "7d" }, 1)).toBeUndefined();
  });
});

describe("comparedSpan()", () => {
  const days = (input: PeriodInput, comparison: "previous" | "year") => {
    const span = comparedSpan(read(input), comparison)!;
    return [dayIn(span.from), dayIn(span.until - 1), span.buckets.length];
  };

  test.each([
    [{ period: "7d" }, "previous", ["2026-11-11", "2026-11-17", 7]],
    [{ period: "month" }, "previous", ["2026-10-01", "2026-10-31", 31]],
    [{ period: "month" }, "year", ["2025-11-01", "2025-11-30", 30]],
    [{ period: "12m" }, "previous", ["2024-12-01", "2025-11-30", 12]],
    [{ period: "90d", unit: "week" }, "previous", ["2026-05-29", "2026-08-26", 14]],
    [
      { period: "custom", from: "2024-02-29", until: "2024-02-29" },
      "year",
      ["2023-02-28", "2023-02-28", 24],
    ],
    [{ period: "24h" }, "previous", ["2026-11-22", "2026-11-23", 24]],
    [{ period: "24h" }, "year", ["2025-11-23", "2025-11-24", 24]],
  ] as const)("of %j, %s", (input, comparison, expected) => {
    expect(days(input, comparison)).toEqual([...expected]);
  });

  test("has its buckets in the same places of their weeks", () => {
    const period = own("2026-10-14", "2026-11-10", "week");
    const before = comparedSpan(period, "previous")!;

    expect(before.buckets.map(dayIn)).toEqual([
      "2026-09-16",
      "2026-09-21",
      "2026-09-28",
      "2026-10-05",
      "2026-10-12",
    ]);
  });

  test("is none for all time, and where none is wanted", () => {
    expect(comparedSpan(read({ period: "all" }), "previous")).toBeUndefined();
    expect(comparedSpan(read({ period: "7d" }), "none")).toBeUndefined();
  });
});

test("comparableUntil() lets a period that is over have the whole one before, however long", () => {
  const over = read({ period: "last_month" });
  const september = comparedSpan(over, "previous")!;
  const goesOn = read({ period: "today" });
  const yesterday = comparedSpan(goesOn, "previous")!;

  expect(comparableUntil(over, september, NOW)).toBe(september.until);
  expect(comparableUntil(goesOn, yesterday, NOW)).toBe(NOW + 1 - 24 * HOUR_MS);
});

test("bucketLabels() says the weekday only where there are several", () => {
  const today = read({ period: "today" });
  const lately = read({ period: "24h" });

  expect(bucketLabels(today, today.span)[13]).toBe("13:00");
  expect(bucketLabels(lately, lately.span)[0]).toMatch(/^Mon,? 13:00$/);
});
