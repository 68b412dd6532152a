import { Refusal } from "../lib/errors.ts";
import { addDays, dayOf, dayStarts, hourStarts, startOfDay } from "../lib/zone-time.ts";
import type { Span } from "./query.ts";

/** The periods people choose from, in the order of the menu. */
export const PERIODS = [
  { name: "today", label: "Today" },
  { name: "yesterday", label: "Yesterday" },
  { name: "7d", label: "Last 7 days" },
  { name: "30d", label: "Last 30 days" },
  { name: "90d", label: "Last 90 days" },
  { name: "month", label: "This month" },
] as const;

/** A period of whole days in somebody's zone, with the same stretch before it. */
export interface Period {
  readonly name: string;
  readonly label: string;
  readonly fromDay: string;
  /** Inclusive, as people say it. */
  readonly untilDay: string;
  readonly unit: "hour" | "day";
  readonly span: Span;
  readonly previous: Span;
}

export interface PeriodInput {
  readonly period?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** More days than this a chart cannot show apart; three years answer most questions. */
const MOST_DAYS = 1100;

/**
 * Reads a period as it stands in an address.
 *
 * The last 7 days unless said otherwise; up to two days are shown by the hour.
 *
 * @param zone IANA name; whose days are meant.
 * @throws {Refusal} `invalid`, if the days are none or the wrong way round.
 */
export function parsePeriod(input: PeriodInput, zone: string, now: number): Period {
  const today = dayOf(now, zone);
  const name = input.period ?? "7d";
  if (name === "custom") {
    const { from = "", until = "" } = input;
    if (!isDay(from) || !isDay(until)) {
      throw new Refusal("invalid", "Enter the days as YYYY-MM-DD");
    }
    if (from > until) throw new Refusal("invalid", "The first day must not be after the last");
    if (daysBetween(from, until) > MOST_DAYS) {
      throw new Refusal("invalid", `Choose ${MOST_DAYS} days at most`);
    }
    const label = from === until ? from : `${from} to ${until}`;
    return makePeriod(name, label, from, until, zone);
  }
  const known = PERIODS.find((period) => period.name === name);
  if (!known) throw new Refusal("invalid", `There is no period "${name.slice(0, 20)}"`);
  const [from, until] = daysOf(known.name, today);
  return makePeriod(known.name, known.label, from, until, zone);
}

function daysOf(name: (typeof PERIODS)[number]["name"], today: string): [string, string] {
  switch (name) {
    case "today":
      return [today, today];
    case "yesterday":
      return [addDays(today, -1), addDays(today, -1)];
    case "7d":
      return [addDays(today, -6), today];
    case "30d":
      return [addDays(today, -29), today];
    case "90d":
      return [addDays(today, -89), today];
    case "month":
      return [`${today.slice(0, 8)}01`, today];
  }
}

function makePeriod(
  name: string,
  label: string,
  fromDay: string,
  untilDay: string,
  zone: string,
): Period {
  const days = daysBetween(fromDay, untilDay);
  const unit = days <= 2 ? "hour" : "day";
  return {
    name,
    label,
    fromDay,
    untilDay,
    unit,
    span: makeSpan(fromDay, untilDay, unit, zone),
    previous: makeSpan(addDays(fromDay, -days), addDays(fromDay, -1), unit, zone),
  };
}

function makeSpan(fromDay: string, untilDay: string, unit: "hour" | "day", zone: string): Span {
  const from = startOfDay(fromDay, zone);
  const until = startOfDay(addDays(untilDay, 1), zone);
  const buckets = unit === "hour" ? hourStarts(from, until) : dayStarts(from, until, zone);
  return { from, until, buckets };
}

/** Up to when the period before is counted, for a comparison with one that still goes on. */
export function comparableUntil({ span, previous }: Period, now: number): number {
  const passedMs = Math.max(0, now + 1 - span.from);
  return Math.min(previous.until, previous.from + passedMs);
}

function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}

function daysBetween(from: string, until: string): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000) + 1;
}
