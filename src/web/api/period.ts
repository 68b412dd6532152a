import { addMonths, daysBetween, firstOfMonth, isDay, mondayOf } from "../../lib/calendar.ts";
import { Refusal } from "../../lib/errors.ts";
import { addDays, dayOf, hourStarts, isZone, startOfDay } from "../../lib/zone-time.ts";
import type { Stretch } from "../../stats/question.ts";

/** How long a row of time may be. */
export type BucketUnit = "hour" | "day" | "week" | "month";

/** A day, a time with its offset, or epoch ms. */
export type MomentInput = string | number;

/** More rows of time than a year has hours are a slip, and the memory of the engine. */
const MOST_BUCKETS = 10_000;

const HOUR_MS = 60 * 60 * 1000;
const SHORTEST_MS: Readonly<Record<BucketUnit, number>> = {
  hour: HOUR_MS,
  day: 23 * HOUR_MS,
  week: 167 * HOUR_MS,
  month: 671 * HOUR_MS,
};
// Nothing was recorded before, and calendars of a far future are not what anybody means.
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/** @throws {Refusal} `invalid`, if there is no such zone. */
export function readZone(input = "UTC"): string {
  if (isZone(input)) return input;
  throw invalid("zone", `must be a zone of the tz database like Europe/Berlin, not "${input}"`);
}

/**
 * Reads a period as a program says it: days are counted whole, the last one too.
 *
 * @param field What the request calls it, for the message: `period`.
 * @throws {Refusal} `invalid`, if a moment is none, or the two are the wrong way round.
 */
export function readPeriod(
  input: { readonly from: MomentInput; readonly until: MomentInput },
  zone: string,
  field: string,
): Stretch {
  const at = (name: string) => (field === "" ? name : `${field}.${name}`);
  const from = readMoment(input.from, zone, at("from"), false);
  const until = readMoment(input.until, zone, at("until"), true);
  if (from < until) return { from, until };
  throw invalid(at("until"), "must be after the beginning");
}

function readMoment(input: MomentInput, zone: string, field: string, isEnd: boolean): number {
  const at = momentOf(input, zone, isEnd);
  if (Number.isNaN(at)) {
    throw invalid(
      field,
      `must be a day like 2026-11-30 or a time like 2026-11-30T12:00:00Z, not "${input}"`,
    );
  }
  if (at >= EARLIEST && at <= LATEST) return at;
  throw invalid(field, "must be between the years 2000 and 2100");
}

function momentOf(input: MomentInput, zone: string, isEnd: boolean): number {
  if (typeof input === "number") return input;
  // `Date.parse` would move 30 February into March.
  if (!isDay(input.slice(0, 10))) return Number.NaN;
  if (input.length > 10) return Date.parse(input);
  return startOfDay(isEnd ? addDays(input, 1) : input, zone);
}

/**
 * Where the rows of time begin; the first with the period, so that it may be part of its week or
 * month.
 *
 * @throws {Refusal} `invalid`, if there would be too many.
 */
export function bucketStarts(stretch: Stretch, unit: BucketUnit, zone: string): number[] {
  // Told before they are made: hours of a century are a million.
  const most = (stretch.until - stretch.from) / SHORTEST_MS[unit];
  if (most > MOST_BUCKETS) {
    throw invalid("buckets", `there would be more than ${MOST_BUCKETS}: take longer ones`);
  }
  return unit === "hour" ? hoursOf(stretch, zone) : daysOf(stretch, unit, zone);
}

function hoursOf({ from, until }: Stretch, zone: string): number[] {
  // Hours begin where those of the zone do, which is not everywhere where those of UTC do.
  const midnight = startOfDay(dayOf(from, zone), zone);
  const next = midnight + (Math.floor((from - midnight) / HOUR_MS) + 1) * HOUR_MS;
  return [from, ...hourStarts(next, until)];
}

function daysOf({ from, until }: Stretch, unit: BucketUnit, zone: string): number[] {
  const starts = [from];
  for (let day = nextDay(dayOf(from, zone), unit); ; day = nextDay(day, unit)) {
    const start = startOfDay(day, zone);
    if (start >= until) return starts;
    starts.push(start);
  }
}

function nextDay(day: string, unit: BucketUnit): string {
  if (unit === "day") return addDays(day, 1);
  return unit === "week" ? addDays(mondayOf(day), 7) : addMonths(firstOfMonth(day), 1);
}

/**
 * The stretch a period is compared with: the one just before it or that of a year ago.
 *
 * Whole months are compared with as many months, whole days with as many days, so that clocks
 * which were changed meanwhile move nothing.
 */
export function comparedStretch(
  { from, until }: Stretch,
  comparison: "previous" | "year",
  zone: string,
): Stretch {
  const [first, after] = [dayOf(from, zone), dayOf(until, zone)];
  const shift = (at: number, day: string, earlier: string) =>
    startOfDay(earlier, zone) + (at - startOfDay(day, zone));
  if (comparison === "year") {
    return {
      from: shift(from, first, addMonths(first, -12)),
      until: shift(until, after, addMonths(after, -12)),
    };
  }
  const isWhole = from === startOfDay(first, zone) && until === startOfDay(after, zone);
  if (!isWhole) return { from: from - (until - from), until: from };
  const months = isFirst(first) && isFirst(after) ? monthsBetween(first, after) : 0;
  const earlier =
    months > 0 ? addMonths(first, -months) : addDays(first, 1 - daysBetween(first, after));
  return { from: startOfDay(earlier, zone), until: from };
}

const isFirst = (day: string) => day === firstOfMonth(day);

function monthsBetween(first: string, after: string): number {
  const months = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
  return months(after) - months(first);
}

function invalid(field: string, says: string): Refusal {
  return new Refusal("invalid", `${field}: ${says}`, { field });
}
