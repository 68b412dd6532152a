/** To make one takes a third of a millisecond, and pages write dozens of moments. */
const kept = new Map<string, Intl.DateTimeFormat>();
const MOST_KEPT = 200;

/** How moments are written in a zone; English as it is written in Britain, and a day of 24 hours. */
export function dateFormat(zone: string, style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(style)}`;
  let format = kept.get(key);
  if (format) return format;
  if (kept.size >= MOST_KEPT) kept.clear();
  format = new Intl.DateTimeFormat("en-GB", { hourCycle: "h23", ...style, timeZone: zone });
  kept.set(key, format);
  return format;
}
