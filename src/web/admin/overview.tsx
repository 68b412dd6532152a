import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { ensureDemoSite } from "../../hosting/demo.ts";
import { listRefusals } from "../../events/queries.ts";
import { listSites } from "../../sites/queries.ts";
import type { Site } from "../../sites/site.ts";
import { dayOf, startOfDay } from "../../lib/zone-time.ts";
import { Cards, OverviewPage, type SiteCard } from "../../../views/overview.tsx";
import { demoOrigin } from "../hosts.ts";
import { fragment, page, redirect } from "../page.ts";
import { signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";
import { latestItems } from "./feed-items.ts";
import { noticeOf } from "./notices.tsx";

const LATEST = 12;

/** `/admin`: all sites at a glance, and the way to the demo site. */
export const adminOverview = (app: App) => {
  const cardsOf = (request: Request, sites: readonly Site[]): Promise<SiteCard[]> => {
    const zone = viewerZone(request);
    const now = app.now();
    const startOfToday = startOfDay(dayOf(now, zone), zone);
    const today = new Date(now).toISOString().slice(0, 10);
    return Promise.all(
      sites.map(async ({ id, key, domain, firstEventAt }) => {
        const hasEvents = firstEventAt !== null;
        // Only who waits for the first event is told here; the others have a tab for it.
        const refused = hasEvents ? [] : await listRefusals(app.store, id, today);
        return {
          key,
          domain,
          hasEvents,
          refused: refused.reduce((sum, { count }) => sum + count, 0),
          glance: await app.stats.glance({ siteId: id, now, startOfToday }),
        };
      }),
    );
  };

  return (
    new Elysia()
      .use(signedIn(app))

      .get("/", async ({ request }) => {
        const { store, config } = app;
        const zone = viewerZone(request);
        const sites = await listSites(store);
        const cards = await cardsOf(request, sites);
        const lists = await Promise.all(
          sites.map(async (site) => {
            const items = await latestItems(app, { siteId: site.id, limit: LATEST });
            return items.map((item) => ({ ...item, siteDomain: site.domain }));
          }),
        );
        const latest = lists.flat().sort((a, b) => b.at - a.at);
        return page(
          <OverviewPage
            sites={cards}
            latest={latest.slice(0, LATEST)}
            zone={zone}
            hasDemo={sites.some(({ kind }) => kind === "demo")}
            demoUrl={demoOrigin(config)}
            notice={noticeOf(request)}
          />,
          200,
          { demoOrigin: demoOrigin(config) },
        );
      })

      .get("/cards", async ({ request }) =>
        fragment(<Cards sites={await cardsOf(request, await listSites(app.store))} />),
      )

      // Whether there is a site by now: then the overview has something to show.
      .get("/begun", async ({ request }) =>
        (await listSites(app.store)).length > 0
          ? redirect(request, "/admin")
          : new Response(null, { status: 204 }),
      )

      .get("/nothing", () => new Response(""))

      .post("/demo", async ({ request }) => {
        const { write, sites, box, now, config } = app;
        await write((tx) => ensureDemoSite(tx, box.seal, now()));
        await sites.reload();
        return redirect(request, demoOrigin(config));
      })
  );
};
