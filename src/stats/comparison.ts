import { addMonths, daysBetween } from "../lib/calendar.ts";
import { addDays, dayOf, hourStarts, startOfDay } from "../lib/zone-time.ts";
import { bucketDays, daysOf, spanOf, type Period, type Span, type Step } from "./period.ts";

/** With what a period is compared: the one just before, the same of a year ago, or nothing. */
export const COMPARISONS = ["previous", "year", "none"] as const;
export type Comparison = (typeof COMPARISONS)[number];

const shiftDay = (day: string, step: Step, times: number): string =>
  "days" in step ? addDays(day, step.days * times) : addMonths(day, step.months * times);

/** Moves the days of a period; its end by the day after, which is a first where it was a last. */
function shiftDays({ fromDay, untilDay }: Period, step: Step, times: number): [string, string] {
  const after = shiftDay(addDays(untilDay, 1), step, times);
  return [shiftDay(fromDay, step, times), addDays(after, -1)];
}

/** What one choice earlier or later is called in an address; `undefined` where there is none. */
export function movePeriod(
  period: Period,
  times: 1 | -1,
  now: number,
): { period: string; from?: string; until?: string } | undefined {
  if (period.name === "all") return undefined;
  const today = dayOf(now, period.zone);
  if (period.name === "24h") return times < 0 ? { period: "yesterday" } : undefined;
  const [from, until] = shiftDays(period, period.step, times);
  if (from > today) return undefined;
  const known = CALENDAR.find((name) => {
    const days = daysOf(name, today, today);
    return days[0] === from && days[1] === until;
  });
  return known ? { period: known } : { period: "custom", from, until };
}

// Those whose days are still called so after a move; "the last 7 days" a week ago are not.
const CALENDAR = [
  "today",
  "yesterday",
  "week",
  "last_week",
  "month",
  "last_month",
  "year",
  "last_year",
] as const;

/**
 * The stretch a period is compared with, its buckets in the same places; `undefined` for none.
 *
 * Its days may be one more or fewer, as months and leap years are.
 */
export function comparedSpan(period: Period, comparison: Comparison): Span | undefined {
  const { zone, unit, span, fromDay } = period;
  if (comparison === "none" || period.name === "all") return undefined;
  const step = comparison === "year" ? { months: 12 } : period.step;
  const [from, until] = shiftDays(period, step, -1);
  if (period.name === "24h") {
    const back = startOfDay(fromDay, zone) - startOfDay(from, zone);
    return {
      from: span.from - back,
      until: span.until - back,
      buckets: span.buckets.map((at) => at - back),
    };
  }
  return spanOf(from, until, zone, (whole) => {
    if (unit === "hour") return hourStarts(whole.from, whole.until);
    const days =
      unit === "day"
        ? bucketDays(from, until, unit)
        : bucketDays(fromDay, period.untilDay, unit).map((day) =>
            unit === "month" && "months" in step
              ? shiftDay(day, step, -1)
              : addDays(from, daysBetween(fromDay, day) - 1),
          );
    return days.filter((day) => day <= until).map((day) => startOfDay(day, zone));
  });
}

/**
 * Up to when the period before is counted, for a comparison with one that still goes on: a
 * morning must not be compared with a whole day.
 */
export function comparableUntil(
  { span }: Pick<Period, "span">,
  before: Pick<Span, "from" | "until">,
  now: number,
): number {
  const passedMs = Math.max(0, now + 1 - span.from);
  return passedMs >= span.until - span.from
    ? before.until
    : Math.min(before.until, before.from + passedMs);
}
