const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
const QUARTER_MS = HOUR_MS / 4;

const knownOffsets = new Map<string, number>();
const MOST_OFFSETS = 2000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}

/** Whether a text names a zone of the tz database. */
export function isZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(text)) return false;
  try {
    formatOf(text);
    return true;
  } catch {
    return false;
  }
}

/** How far a zone's clocks are ahead of UTC at a moment, in ms. */
export function offsetAt(at: number, zone: string): number {
  // Clocks are changed on a quarter of an hour, and pages ask for the same moments again and again.
  const key = `${zone} ${Math.floor(at / QUARTER_MS)}`;
  let offset = knownOffsets.get(key);
  if (offset !== undefined) return offset;
  if (knownOffsets.size >= MOST_OFFSETS) knownOffsets.clear();
  offset = workOutOffset(at, zone);
  knownOffsets.set(key, offset);
  return offset;
}

function workOutOffset(at: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value);
  const { year, month, day, hour, minute, second } = parts as Record<string, number>;
  const local = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  return local - Math.floor(at / 1000) * 1000;
}

/** The calendar day of a moment in a zone, `YYYY-MM-DD`. */
export function dayOf(at: number, zone: string): string {
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 10);
}

/** A moment as a zone's clocks show it, with how far they are ahead: `2026-11-30T00:00:00+01:00`. */
export function isoIn(at: number, zone: string): string {
  const offset = offsetAt(at, zone);
  const local = new Date(at + offset).toISOString().replace(/\.000Z$|Z$/, "");
  if (offset === 0) return `${local}Z`;
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** @param day `YYYY-MM-DD`. @returns The day so many days later; negative goes back. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The first moment of a calendar day in a zone.
 *
 * Where clocks are put forward at midnight the day begins at one o'clock; where they are put
 * back over midnight, at the earlier of its two beginnings.
 */
export function startOfDay(day: string, zone: string): number {
  const wall = Date.parse(`${day}T00:00:00Z`);
  // The offset is not known before the moment is: one of those half a day around is right,
  // and if none is, the midnight does not exist and the day begins when the clocks change.
  const offsets = [offsetAt(wall - DAY_MS / 2, zone), offsetAt(wall + DAY_MS, zone)];
  const moments = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
  const exact = moments.find((at) => at + offsetAt(at, zone) === wall);
  if (exact !== undefined) return exact;
  let [low, high] = [moments[0]! - HOUR_MS, moments[1]! + HOUR_MS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dayOf(middle, zone) < day) low = middle;
    else high = middle;
  }
  return high;
}

/** Where the days of a stretch begin, from the day of `from` to that before `until`. */
export function dayStarts(from: number, until: number, zone: string): number[] {
  const starts: number[] = [];
  for (let day = dayOf(from, zone); ; day = addDays(day, 1)) {
    const start = startOfDay(day, zone);
    if (start >= until) return starts;
    starts.push(start);
  }
}

/**
 * Where the hours of a stretch begin; a day has 23 or 25 of them when clocks change.
 *
 * @param from The start of an hour.
 */
export function hourStarts(from: number, until: number): number[] {
  const count = Math.max(0, Math.ceil((until - from) / HOUR_MS));
  return Array.from({ length: count }, (_, index) => from + index * HOUR_MS);
}
