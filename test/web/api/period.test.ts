import { describe, expect, test } from "bun:test";
import { bucketStarts, comparedStretch, readPeriod } from "../../../src/web/api/period.ts";

const BERLIN = "Europe/Berlin";
const iso = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");
const read = (from: string | number, until: string | number) =>
  readPeriod({ from, until }, BERLIN, "period");

describe("readPeriod()", () => {
  test.each([
    ["2026-10-25", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
    [
      "2026-11-01T12:00:00Z",
      "2026-11-01T14:30+01:00",
      "2026-11-01T12:00:00Z",
      "2026-11-01T13:30:00Z",
    ],
    [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2), "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
  ])("reads %p to %p", (from, until, begins, ends) => {
    const period = read(from, until);

    expect([iso(period.from), iso(period.until)]).toEqual([begins, ends]);
  });

  test.each([
    ["2026-02-30", "2026-03-01", "period.from: must be a day"],
    ["2026-02-30T00:00:00Z", "2026-03-01", "period.from: must be a day"],
    ["2026-02-01", "2026-01-01", "period.until: must be after the beginning"],
    [5, 5, "period.from: must be between"],
    ["2026-02-01", 8.6e15, "period.until: must be between"],
  ])("refuses %p to %p", (from, until, message) => {
    expect(() => read(from, until)).toThrow(message);
  });
});

describe("bucketStarts()", () => {
  test.each([
    ["hour", "2026-10-25", "2026-10-25", 25, "2026-10-24T22:00:00Z", "2026-10-24T23:00:00Z"],
    ["day", "2026-10-24", "2026-10-26", 3, "2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z"],
    ["week", "2026-11-04", "2026-11-17", 3, "2026-11-03T23:00:00Z", "2026-11-08T23:00:00Z"],
    ["month", "2026-01-15", "2026-03-01", 3, "2026-01-14T23:00:00Z", "2026-01-31T23:00:00Z"],
  ] as const)("by %s, %s to %s", (unit, from, until, count, first, second) => {
    const starts = bucketStarts(read(from, until), unit, BERLIN);

    expect(starts).toHaveLength(count);
    expect(starts.slice(0, 2).map(iso)).toEqual([first, second]);
  });

  test("begins hours where the zone does", () => {
    const period = readPeriod(
      { from: "2026-11-01T00:20:00Z", until: "2026-11-01T02:00:00Z" },
      "Asia/Kathmandu",
      "",
    );

    expect(bucketStarts(period, "hour", "Asia/Kathmandu").map(iso)).toEqual([
      "2026-11-01T00:20:00Z",
      "2026-11-01T01:15:00Z",
    ]);
  });

  test("refuses more than anybody can read", () => {
    expect(() => bucketStarts(read("2000-01-02", "2099-01-01"), "hour", BERLIN)).toThrow("longer");
  });
});

describe("comparedStretch()", () => {
  test.each([
    ["previous", "2026-11-01", "2026-11-30", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z"],
    ["previous", "2026-10-25", "2026-10-31", "2026-10-17T22:00:00Z", "2026-10-24T22:00:00Z"],
    ["year", "2024-02-29", "2024-02-29", "2023-02-27T23:00:00Z", "2023-02-28T23:00:00Z"],
    [
      "year",
      "2026-11-01T12:00:00Z",
      "2026-11-01T13:00:00Z",
      "2025-11-01T12:00:00Z",
      "2025-11-01T13:00:00Z",
    ],
    [
      "previous",
      "2026-11-01T12:00:00Z",
      "2026-11-01T13:00:00Z",
      "2026-11-01T11:00:00Z",
      "2026-11-01T12:00:00Z",
    ],
  ] as const)("%s of %s to %s", (comparison, from, until, begins, ends) => {
    const before = comparedStretch(read(from, until), comparison, BERLIN);

    expect([iso(before.from), iso(before.until)]).toEqual([begins, ends]);
  });
});
