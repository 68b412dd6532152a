import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addDays, dayOf, dayStarts, isoIn, isZone, startOfDay } from "../../src/lib/zone-time.ts";

const HOUR = 3_600_000;
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Africa/Cairo",
  "Asia/Beirut",
  "Pacific/Apia",
];
const anyZone = fc.constantFrom(...ZONES);
const anyMoment = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2035, 0, 1) });

describe("startOfDay()", () => {
  test("is the first moment of the day, whatever the clocks do", () => {
    fc.assert(
      fc.property(anyZone, anyMoment, (zone, at) => {
        const day = dayOf(at, zone);
        const start = startOfDay(day, zone);

        expect(start).toBeLessThanOrEqual(at);
        expect(dayOf(start, zone)).toBe(day);
        expect(dayOf(start - 1, zone) < day).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["2026-03-29", "Europe/Berlin", 23],
    ["2026-10-25", "Europe/Berlin", 25],
    ["2026-06-01", "Europe/Berlin", 24],
    ["2018-11-04", "America/Sao_Paulo", 23],
    ["2011-12-29", "Pacific/Apia", 24],
  ])("%s in %s has %d hours", (day, zone, hours) => {
    const next = startOfDay(addDays(day, day === "2011-12-29" ? 2 : 1), zone);

    expect((next - startOfDay(day, zone)) / HOUR).toBe(hours);
  });
});

test("dayStarts() rises, and its days are those of the stretch", () => {
  fc.assert(
    fc.property(anyZone, anyMoment, fc.integer({ min: 1, max: 40 }), (zone, at, days) => {
      const from = startOfDay(dayOf(at, zone), zone);
      const until = startOfDay(addDays(dayOf(at, zone), days), zone);
      const starts = dayStarts(from, until, zone);

      expect(starts[0]).toBe(from);
      expect(starts.every((start, index) => index === 0 || start > starts[index - 1]!)).toBe(true);
    }),
  );
});

test("isZone() knows zones and nothing else", () => {
  expect(ZONES.every(isZone)).toBe(true);
  expect(["", "Mars/Base", "<script>", "../../etc", "+01:00"].some(isZone)).toBe(false);
});

describe("isoIn()", () => {
  test.each([
    ["2026-10-25T00:30:00.000Z", "Europe/Berlin", "2026-10-25T02:30:00+02:00"],
    ["2026-10-25T01:30:00.000Z", "Europe/Berlin", "2026-10-25T02:30:00+01:00"],
    ["2026-11-01T00:00:00.250Z", "UTC", "2026-11-01T00:00:00.250Z"],
    ["2026-11-01T00:00:00.000Z", "America/St_Johns", "2026-10-31T21:30:00-02:30"],
  ])("shows %s in %s as %s", (moment, zone, shown) => {
    expect(isoIn(Date.parse(moment), zone)).toBe(shown);
    expect(Date.parse(shown)).toBe(Date.parse(moment));
  });
});
