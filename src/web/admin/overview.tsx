import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { ensureDemoSite } from "../../hosting/demo.ts";
import { listSites } from "../../sites/queries.ts";
import { dayOf, startOfDay } from "../../lib/zone-time.ts";
import { OverviewPage } from "../../../views/overview.tsx";
import { demoOrigin } from "../hosts.ts";
import { page, redirect } from "../page.ts";
import { signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";
import { noticeOf } from "./notices.tsx";

const LATEST = 12;

/** `/admin`: all sites at a glance, and the way to the demo site. */
export const adminOverview = (app: App) =>
  new Elysia()
    .use(signedIn(app))

    .get("/", async ({ request }) => {
      const { store, stats, config, now } = app;
      const zone = viewerZone(request);
      const sites = await listSites(store);
      const startOfToday = startOfDay(dayOf(now(), zone), zone);
      const cards = await Promise.all(
        sites.map(async (site) => ({
          key: site.key,
          domain: site.domain,
          hasEvents: site.firstEventAt !== null,
          glance: await stats.glance({ siteId: site.id, now: now(), startOfToday }),
        })),
      );
      const lists = await Promise.all(
        sites.map(async (site) => {
          const query = { siteId: site.id, name: undefined, before: now() + 1, limit: LATEST };
          const items = await stats.occurrences(query);
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

    .get("/nothing", () => new Response(""))

    .post("/demo", async ({ request }) => {
      const { write, sites, box, now, config } = app;
      await write((tx) => ensureDemoSite(tx, box.seal, now()));
      await sites.reload();
      return redirect(request, demoOrigin(config));
    });
