import { addDays } from "./zone-time.ts";

// Arithmetic with calendar days, `YYYY-MM-DD`, which knows no clock and no zone.

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is a day of the calendar; 30 February is none. */
export function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}

/** How many days there are from one to the other, both counted. */
export function daysBetween(from: string, until: string): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000) + 1;
}

/** The same day so many months later, or the last of a month that is shorter. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const length = new Date(
    Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0),
  ).getUTCDate();
  first.setUTCDate(Math.min(date, length));
  return first.toISOString().slice(0, 10);
}

export const firstOfMonth = (day: string): string => `${day.slice(0, 8)}01`;

export const lastOfMonth = (day: string): string => addDays(addMonths(firstOfMonth(day), 1), -1);

/** The Monday of the week of a day. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

const DATE = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
const FORMAT = new Intl.DateTimeFormat("en-GB", DATE);

/** Days as people write them: `1–30 Nov 2026`. */
export function formatDays(from: string, until: string): string {
  // Browsers and servers differ in the blanks around the dash.
  return FORMAT.formatRange(Date.parse(from), Date.parse(until)).replace(/\s?–\s?/, "–");
}
