import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { listRefusals } from "../../events/queries.ts";
import { refusalOf } from "../../lib/errors.ts";
import { newSite } from "../../sites/new-site.ts";
import { addSite, listRemovedSites, listSites, restoreSite } from "../../sites/queries.ts";
import { parseDomain, parsePrivacyMode } from "../../sites/site.ts";
import { SitesPage, SitesPanel } from "../../../views/sites.tsx";
import { fragment, page, redirect } from "../page.ts";
import { refuseBelow, signedIn } from "../signed-in.ts";
import { noticeOf } from "./notices.tsx";

/** What came in for keys that no site has is counted under this. */
const NO_SITE = 0;
const STRAYS_MS = 30 * 24 * 60 * 60 * 1000;

/** `/admin/sites`: list and add sites. */
export const adminSites = (app: App) => {
  const { store, write, now, box, sites, stats } = app;
  return new Elysia({ prefix: "/sites" })
    .use(signedIn(app))

    .get("/", async ({ request }) => {
      // Each of them leads to its statistics.
      stats.prepare();
      const since = new Date(now() - STRAYS_MS).toISOString().slice(0, 10);
      return page(
        <SitesPage
          sites={await listSites(store)}
          removed={await listRemovedSites(store)}
          strays={await listRefusals(store, NO_SITE, since)}
          notice={noticeOf(request)}
        />,
      );
    })

    .post(
      "/",
      async ({ request, user, body: { domain, privacy } }) => {
        let key = "";
        const refused = await refusalOf(() =>
          write(async (tx) => {
            const site = newSite(
              parseDomain(domain),
              parsePrivacyMode(privacy),
              "website",
              box.seal,
            );
            await addSite(tx, site, now());
            await note(tx, user.id, "added site", site.domain, now());
            key = site.key;
          }),
        );
        if (!refused) {
          await sites.reload();
          return redirect(request, `/admin/sites/${key}/install`);
        }
        const props = { sites: await listSites(store), domain, privacy, error: refused.message };
        if (request.headers.get("hx-request") === "true") {
          return fragment(<SitesPanel {...props} />, 422);
        }
        return page(<SitesPage {...props} />, 422);
      },
      {
        body: t.Object({
          domain: t.String({ maxLength: 2000 }),
          privacy: t.Optional(t.String({ maxLength: 40 })),
        }),
      },
    )

    .post("/:key/restore", async ({ request, user, params: { key } }) => {
      refuseBelow(user, "admin");
      await write(async (tx) => {
        await restoreSite(tx, key);
        await note(tx, user.id, "brought site back", key, now());
      });
      await sites.reload();
      return redirect(request, "/admin/sites?notice=site-restored");
    });
};
