import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { listRefusalDays, listRefusalDetails, listRefusals } from "../../events/queries.ts";
import { csvHeaders, csvText } from "../../lib/csv.ts";
import { getSite } from "../../sites/queries.ts";
import { meaningOf } from "../../../views/parts/refusals.ts";
import { RefusedPage } from "../../../views/refused.tsx";
import { page } from "../page.ts";
import { signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";

const PERIODS = [7, 30, 90];
const DAY_MS = 24 * 60 * 60 * 1000;

/** `/admin/sites/:key/refused`: what came in and is in no figure. */
export const adminRefused = (app: App) =>
  new Elysia({ prefix: "/sites/:key" })
    .use(signedIn(app))

    .get("/refused", async ({ request, query, params: { key } }) => {
      const site = await getSite(app.store, key);
      const days = daysUntil(app.now(), parsePeriod(query.days));
      const since = days[0]!;
      return page(
        <RefusedPage
          site={site}
          rows={await listRefusals(app.store, site.id, since)}
          details={await listRefusalDetails(app.store, site.id, since)}
          days={byDay(days, await listRefusalDays(app.store, site.id, since))}
          periods={PERIODS}
          zone={viewerZone(request)}
        />,
      );
    })

    .get("/refused.csv", async ({ query, params: { key } }) => {
      const site = await getSite(app.store, key);
      const [since = ""] = daysUntil(app.now(), parsePeriod(query.days));
      const rows = await listRefusalDays(app.store, site.id, since);
      const text = csvText(
        ["day", "group", "reason", "count", "last_at", "last_detail"],
        rows.map(({ day, reason, count, lastAt, detail }) => [
          day,
          meaningOf(reason).group,
          reason,
          count,
          new Date(lastAt).toISOString(),
          detail,
        ]),
      );
      return new Response(text, { headers: csvHeaders(`not-recorded-${site.domain}`) });
    });

function parsePeriod(input: string | undefined): number {
  return PERIODS.find((days) => String(days) === input) ?? 30;
}

/** The days that end with today, as they are counted: by UTC. */
function daysUntil(now: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(now - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}

function byDay(
  days: readonly string[],
  rows: readonly { readonly day: string; readonly reason: string; readonly count: number }[],
) {
  const nothing = { bots: 0, refused: 0, unmatched: 0 };
  const counts = new Map(days.map((day) => [day, { ...nothing }]));
  for (const { day, reason, count } of rows) {
    const found = counts.get(day);
    if (found) found[meaningOf(reason).group] += count;
  }
  return days.map((day) => ({ day, ...(counts.get(day) ?? nothing) }));
}
