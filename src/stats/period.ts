import {
  addMonths,
  daysBetween,
  firstOfMonth,
  formatDays,
  isDay,
  lastOfMonth,
  mondayOf,
} from "../lib/calendar.ts";
import { dateFormat } from "../lib/date-format.ts";
import { Refusal } from "../lib/errors.ts";
import { addDays, dayOf, hourStarts, startOfDay } from "../lib/zone-time.ts";
import type { Stretch } from "./question.ts";

/** The periods people choose from, in the order of the menu. */
export const PERIODS = [
  { name: "today", label: "Today" },
  { name: "yesterday", label: "Yesterday" },
  { name: "24h", label: "Last 24 hours" },
  { name: "7d", label: "Last 7 days" },
  { name: "28d", label: "Last 28 days" },
  { name: "30d", label: "Last 30 days" },
  { name: "90d", label: "Last 90 days" },
  { name: "week", label: "This week" },
  { name: "last_week", label: "Last week" },
  { name: "month", label: "This month" },
  { name: "last_month", label: "Last month" },
  { name: "year", label: "This year" },
  { name: "last_year", label: "Last year" },
  { name: "12m", label: "Last 12 months" },
  { name: "all", label: "All time" },
] as const;

export type PeriodName = (typeof PERIODS)[number]["name"];

export const DEFAULT_PERIOD = "7d";

/** What a bucket of a chart is. */
export const UNITS = ["hour", "day", "week", "month"] as const;
export type Unit = (typeof UNITS)[number];

/** A stretch of time with the bounds of its buckets, in the viewer's zone. */
export interface Span extends Stretch {
  /** Where each bucket begins, rising; the first is `from`. */
  readonly buckets: readonly number[];
}

/** How far it is to the period of the same kind just before or after. */
export type Step = { readonly days: number } | { readonly months: number };

/** A period of whole days (or the last 24 hours) in somebody's zone. */
export interface Period {
  readonly name: string;
  readonly label: string;
  readonly zone: string;
  readonly fromDay: string;
  /** Inclusive, as people say it. */
  readonly untilDay: string;
  readonly unit: Unit;
  /** What else its buckets may be. */
  readonly units: readonly Unit[];
  readonly span: Span;
  readonly step: Step;
}

export interface PeriodInput {
  readonly period?: string | undefined;
  /** First and last day of a period of one's own. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly unit?: Unit | undefined;
}

/** A century: past it, it is a slip of the pen. */
const MOST_DAYS = 36_525;
const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/**
 * Reads a period as it stands in an address.
 *
 * The last 7 days unless said otherwise. Weeks, months and years that still go on are whole:
 * what is to come is a part of them. A unit that does not suit the period is not taken.
 *
 * @param zone IANA name; whose days are meant.
 * @param firstAt Where "all time" begins, epoch ms; today, if nothing has happened.
 * @throws {Refusal} `invalid`, if the days are none or the wrong way round.
 */
export function parsePeriod(
  input: PeriodInput,
  zone: string,
  now: number,
  firstAt: number | null = null,
): Period {
  const today = dayOf(now, zone);
  const name = input.period ?? DEFAULT_PERIOD;
  if (name === "custom") {
    const { from = "", until = "" } = input;
    checkDays(from, until);
    return makePeriod({ name, label: formatDays(from, until), from, until, zone }, input.unit);
  }
  const known = PERIODS.find((period) => period.name === name);
  if (!known) throw new Refusal("invalid", `There is no period "${name.slice(0, 20)}"`);
  const base = { name, label: known.label, zone };
  if (known.name === "24h") return lastHours(base, now);
  const firstDay = dayOf(firstAt === null || firstAt > now ? now : firstAt, zone);
  const [from, until] = daysOf(known.name, today, firstDay);
  return makePeriod({ ...base, from, until }, input.unit);
}

function checkDays(from: string, until: string): void {
  if (!isDay(from) || !isDay(until)) {
    throw new Refusal("invalid", "Enter the days as YYYY-MM-DD");
  }
  if (from > until) throw new Refusal("invalid", "The first day must not be after the last");
  if (daysBetween(from, until) > MOST_DAYS) {
    throw new Refusal("invalid", "Choose 100 years at most");
  }
}

export function daysOf(
  name: Exclude<PeriodName, "24h">,
  today: string,
  firstDay: string,
): [from: string, until: string] {
  const monday = mondayOf(today);
  const month = firstOfMonth(today);
  const year = `${today.slice(0, 4)}-01-01`;
  switch (name) {
    case "today":
      return [today, today];
    case "yesterday":
      return [addDays(today, -1), addDays(today, -1)];
    case "7d":
    case "28d":
    case "30d":
    case "90d":
      return [addDays(today, 1 - Number.parseInt(name, 10)), today];
    case "week":
      return [monday, addDays(monday, 6)];
    case "last_week":
      return [addDays(monday, -7), addDays(monday, -1)];
    case "month":
      return [month, lastOfMonth(today)];
    case "last_month":
      return [addMonths(month, -1), addDays(month, -1)];
    case "year":
      return [year, addDays(addMonths(year, 12), -1)];
    case "last_year":
      return [addMonths(year, -12), addDays(year, -1)];
    case "12m":
      return [addMonths(month, -11), lastOfMonth(today)];
    case "all":
      return [firstDay, today];
  }
}

interface Days {
  readonly name: string;
  readonly label: string;
  readonly from: string;
  readonly until: string;
  readonly zone: string;
}

function makePeriod({ name, label, from, until, zone }: Days, wish: Unit | undefined): Period {
  const units = unitsFor(daysBetween(from, until));
  const unit = wish !== undefined && units.all.includes(wish) ? wish : units.usual;
  const starts = bucketDays(from, until, unit).map((day) => startOfDay(day, zone));
  const span = spanOf(from, until, zone, (whole) =>
    unit === "hour" ? hourStarts(whole.from, whole.until) : starts,
  );
  const step = stepOf(from, until);
  return { name, label, zone, fromDay: from, untilDay: until, unit, units: units.all, span, step };
}

export function spanOf(
  fromDay: string,
  untilDay: string,
  zone: string,
  buckets: (whole: { from: number; until: number }) => readonly number[],
): Span {
  const whole = {
    from: startOfDay(fromDay, zone),
    until: startOfDay(addDays(untilDay, 1), zone),
  };
  return { ...whole, buckets: buckets(whole) };
}

/** The hour that goes on, and the 23 before it. */
function lastHours(base: { name: string; label: string; zone: string }, now: number): Period {
  const { zone } = base;
  const midnight = startOfDay(dayOf(now, zone), zone);
  // Hours begin where the zone's do, which is not everywhere where those of UTC do.
  const thisHour = midnight + Math.floor((now - midnight) / HOUR_MS) * HOUR_MS;
  const from = thisHour - 23 * HOUR_MS;
  const until = thisHour + HOUR_MS;
  return {
    ...base,
    fromDay: dayOf(from, zone),
    untilDay: dayOf(now, zone),
    unit: "hour",
    units: ["hour"],
    span: { from, until, buckets: hourStarts(from, until) },
    step: { days: 1 },
  };
}

/** A chart shows some hundred buckets at most, and a single one is no chart. */
function unitsFor(days: number): { usual: Unit; all: Unit[] } {
  const all: Unit[] = [];
  if (days <= 7) all.push("hour");
  if (days >= 2 && days <= 400) all.push("day");
  if (days >= 14 && days <= 1500) all.push("week");
  if (days >= 45) all.push("month");
  const usual = days <= 2 ? "hour" : days <= 92 ? "day" : days <= 200 ? "week" : "month";
  return { usual, all };
}

/** The days on which buckets begin; the first may be a part of its week or month. */
export function bucketDays(from: string, until: string, unit: Unit): string[] {
  const days: string[] = [];
  if (unit === "hour") return days;
  for (let day = from; day <= until;) {
    days.push(day);
    if (unit === "day") day = addDays(day, 1);
    else if (unit === "week") day = addDays(mondayOf(day), 7);
    else day = addMonths(firstOfMonth(day), 1);
  }
  return days;
}

/** Whole months are moved by months, everything else by its number of days. */
function stepOf(from: string, until: string): Step {
  const whole = from === firstOfMonth(from) && until === lastOfMonth(until);
  if (!whole) return { days: daysBetween(from, until) };
  const [first, last] = [from, until].map(
    (day) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)),
  ) as [number, number];
  return { months: last - first + 1 };
}

/** How many of its buckets have begun. */
export const begunBuckets = ({ span }: Pick<Period, "span">, now: number): number =>
  span.buckets.filter((from) => from <= now).length;

type Style = Intl.DateTimeFormatOptions;

/** What each bucket is called. */
export function bucketLabels({ zone, unit, fromDay, untilDay }: Period, span: Span): string[] {
  const hasSeveralDays = span.until - span.from > 1.2 * DAY_MS || fromDay !== untilDay;
  const isLong = daysBetween(fromDay, untilDay) > 300;
  const day: Style = { day: "numeric", month: "short", ...(isLong && { year: "numeric" }) };
  const styles: Record<Unit, Style> = {
    hour: { hour: "2-digit", minute: "2-digit", ...(hasSeveralDays && { weekday: "short" }) },
    day,
    week: day,
    month: { month: "short", year: "numeric" },
  };
  const format = dateFormat(zone, styles[unit]);
  return span.buckets.map((at) => format.format(at));
}
