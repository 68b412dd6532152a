import type { App } from "../../app.ts";
import { Refusal } from "../../lib/errors.ts";
import { getSite } from "../../sites/queries.ts";
import { comparableUntil, comparedSpan } from "../../stats/comparison.ts";
import { bucketLabels, parsePeriod, PERIODS } from "../../stats/period.ts";
import { METRICS } from "../../stats/query.ts";
import { dayOf, startOfDay } from "../../lib/zone-time.ts";
import { StatisticsPage } from "../../../views/statistics.tsx";
import { page } from "../page.ts";
import { viewerZone } from "../viewer.ts";

/** The statistics of a site; a period that cannot be is said, and the last 7 days are shown. */
export async function statisticsPage(app: App, request: Request, key: string): Promise<Response> {
  const { store, stats, now } = app;
  const site = await getSite(store, key);
  const zone = viewerZone(request);
  const parameters = Object.fromEntries(new URL(request.url).searchParams);
  const { period, error } = readPeriod(parameters, zone, now());
  const metric = METRICS.find((known) => known === parameters.metric) ?? "visitors";

  const previous = comparedSpan(period, "previous") ?? period.span;
  const startOfToday = startOfDay(dayOf(now(), zone), zone);
  const [overview, glance] = await Promise.all([
    stats.overview({
      siteId: site.id,
      period: period.span,
      previous,
      previousUntil: comparableUntil(period, previous, now()),
    }),
    stats.glance({ siteId: site.id, now: now(), startOfToday }),
  ]);
  return page(
    <StatisticsPage
      site={site}
      now={glance.now}
      metric={metric}
      period={period}
      periods={PERIODS}
      labels={bucketLabels(period, period.span)}
      begun={period.span.buckets.filter((from) => from <= now()).length}
      overview={overview}
      error={error}
    />,
    error === undefined ? 200 : 422,
  );
}

function readPeriod(parameters: Record<string, string>, zone: string, now: number) {
  try {
    return { period: parsePeriod(parameters, zone, now), error: undefined };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { period: parsePeriod({}, zone, now), error: error.message };
  }
}
