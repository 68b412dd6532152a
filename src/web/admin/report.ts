import type { ReportBarProps } from "../../../views/parts/report-bar.tsx";
import { formatDays } from "../../lib/calendar.ts";
import { Refusal } from "../../lib/errors.ts";
import type { Site } from "../../sites/site.ts";
import {
  linksFrom,
  parseAddress,
  periodInput,
  type Address,
  type Link,
} from "../../stats/address.ts";
import { comparableUntil, comparedSpan, movePeriod } from "../../stats/comparison.ts";
import { DIMENSIONS } from "../../stats/dimensions.ts";
import { parsePeriod, PERIODS, type Period, type Span } from "../../stats/period.ts";
import type { Filter } from "../../stats/question.ts";
import { viewerZone } from "../viewer.ts";

/** What somebody who opens a report of a site asks for. */
export interface Report {
  readonly site: Site;
  /** `/admin/sites/KEY`. */
  readonly sitePath: string;
  readonly zone: string;
  readonly now: number;
  readonly address: Address;
  readonly period: Period;
  /** What it is compared with, whole; totals of it count up to `comparableUntil`. */
  readonly before: (Span & { readonly comparableUntil: number }) | undefined;
  readonly filter: Filter | undefined;
  readonly link: Link;
  /** What of the address was not understood, a sentence each. */
  readonly errors: readonly string[];
}

/**
 * Reads what a report is about from the address of a request.
 *
 * What cannot be is said, and left out; a report is never refused for its address.
 *
 * @param path Where the links of the report lead: `/admin/sites/KEY/retention`.
 */
export function readReport(request: Request, site: Site, path: string, now: number): Report {
  const zone = viewerZone(request);
  const { address, errors } = parseAddress(new URL(request.url).searchParams);
  return makeReport({ site, zone, now, path, address, errors });
}

interface Basis {
  readonly site: Site;
  readonly zone: string;
  readonly now: number;
  readonly path: string;
  readonly address: Address;
  readonly errors: readonly string[];
}

/** A report of an address that was read already. */
export function makeReport({ site, zone, now, path, address, errors }: Basis): Report {
  const { period, error } = readPeriod(address, zone, now, site.firstEventAt);
  const [filters, impossible] = possibleFilters(address, site);
  const kept = { ...address, filters };
  const span = comparedSpan(period, address.compare);
  return {
    site,
    sitePath: `/admin/sites/${site.key}`,
    zone,
    now,
    address: kept,
    period,
    before: span && { ...span, comparableUntil: comparableUntil(period, span, now) },
    filter: filters.length === 0 ? undefined : { all: filters },
    link: linksFrom(path, kept),
    errors: [...errors, ...(error === undefined ? [] : [error]), ...impossible],
  };
}

function readPeriod(address: Address, zone: string, now: number, firstAt: number | null) {
  try {
    return { period: parsePeriod(periodInput(address), zone, now, firstAt), error: undefined };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { period: parsePeriod({}, zone, now), error: error.message };
  }
}

/** Why a site cannot know who comes back, or `undefined` if it can. */
export const whyNoReturning = ({ privacy }: Site): string | undefined =>
  privacy === "cookieless"
    ? "This site keeps nothing in the browser: a visitor is a new one each day, so who comes back cannot be known"
    : undefined;

function possibleFilters({ filters }: Address, site: Site) {
  const why = whyNoReturning(site);
  const kept = filters.filter(({ dimension }) => dimension !== "visitor" || why === undefined);
  return [kept, kept.length < filters.length && why !== undefined ? [why] : []] as const;
}

/** What the bar above a report shows. */
export function barOf(report: Report): Omit<ReportBarProps, "compare" | "children"> {
  const { period, link, now, address, errors, sitePath } = report;
  const move = (times: 1 | -1) => {
    const moved = movePeriod(period, times, now);
    return moved && link({ from: undefined, until: undefined, ...moved });
  };
  return {
    sitePath,
    link,
    filters: address.filters,
    dimensions: DIMENSIONS,
    period: { ...period, days: formatDays(period.fromDay, period.untilDay) },
    periods: PERIODS,
    earlier: move(-1),
    later: move(1),
    errors,
  };
}
