import { EMPTY_ADDRESS, linksFrom, type Address } from "../../src/stats/address.ts";
import { DIMENSIONS } from "../../src/stats/dimensions.ts";
import { PERIODS } from "../../src/stats/period.ts";
import { DAY_MS, NOW, SITE, ZONE } from "./samples.ts";

/** What the bar above a report shows: the last 30 days, and a filter if asked for. */
export function barOf(screen: string, change: Partial<Address> = {}) {
  const path = `/admin/sites/${SITE.key}/${screen}`;
  const address: Address = { ...EMPTY_ADDRESS, period: "30d", ...change };
  return {
    sitePath: `/admin/sites/${SITE.key}`,
    link: linksFrom(path, address),
    filters: address.filters,
    dimensions: DIMENSIONS,
    period: {
      name: "30d",
      label: "Last 30 days",
      fromDay: "2026-10-26",
      untilDay: "2026-11-24",
      days: "26 Oct–24 Nov 2026",
    },
    periods: PERIODS,
    earlier: `${path}?period=custom&from=2026-09-26&until=2026-10-25`,
    compare: address.compare,
    errors: [],
  };
}

/** The labels of so many days, the last one today. */
export const dayLabels = (length: number) =>
  Array.from({ length }, (_, index) =>
    new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: ZONE }).format(
      NOW - (length - 1 - index) * DAY_MS,
    ),
  );

/** A series that rises and falls. */
export const waveOf = (length: number, size: number) =>
  Array.from({ length }, (_, day) => Math.round(size * (1 + Math.sin(day / 2.2) / 2)));
