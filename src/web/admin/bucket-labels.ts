import type { Period } from "../../stats/period.ts";

/** What the buckets of a period are called under a chart. */
export function bucketLabels({ span, unit, fromDay, untilDay }: Period, zone: string): string[] {
  const oneDay = fromDay === untilDay;
  const style: Intl.DateTimeFormatOptions =
    unit === "hour"
      ? { hour: "2-digit", minute: "2-digit", ...(!oneDay && { weekday: "short" }) }
      : unit === "month"
        ? { month: "short", year: "numeric" }
        : { day: "numeric", month: "short" };
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...style });
  return span.buckets.map((at) => format.format(at));
}
