import type { App } from "../../app.ts";
import { PAGE_VIEW } from "../../events/event.ts";
import { listDefinitions } from "../../events/queries.ts";
import type { Site } from "../../sites/site.ts";

const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
const PAGES = 200;

/** The last 30 days of a site: what is shown before anything is saved. */
export const lastMonth = (app: App, site: Site) => ({
  siteIds: [site.id],
  period: { from: app.now() - MONTH_MS, until: app.now() + 1 },
  zone: "UTC",
});

/** What goals and steps may choose from: the events of a site, and its most viewed pages. */
export async function knownMatches(app: App, site: Site, signal: AbortSignal) {
  const definitions = await listDefinitions(app.store, site.id);
  const { rows } = await app.stats.figures(
    {
      ...lastMonth(app, site),
      filter: { dimension: "event", operator: "is", values: [PAGE_VIEW] },
      metrics: ["views"],
      by: ["page"],
      limit: PAGES,
    },
    signal,
  );
  return {
    events: definitions.map(({ name }) => name),
    pages: rows.map(({ keys }) => keys[0]!).filter((path) => path !== ""),
  };
}
