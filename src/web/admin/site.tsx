import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { listRefusals } from "../../events/queries.ts";
import { refusalOf } from "../../lib/errors.ts";
import { snippet, snippetStrict } from "../../pixel/compose.ts";
import { newIdentifySecret } from "../../sites/new-site.ts";
import { changeSite, getSite, removeSite } from "../../sites/queries.ts";
import { parseDomain, parsePrivacyMode, type Site } from "../../sites/site.ts";
import { Refusal } from "../../lib/errors.ts";
import { fingerprint } from "../../lib/fingerprint.ts";
import { FirstEvent, InstallPage } from "../../../views/install.tsx";
import { SiteSettingsPage } from "../../../views/site-settings.tsx";
import { fragment, page, redirect } from "../page.ts";
import { refuseBelow, signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";
import { noticeOf } from "./notices.tsx";

const text = t.String({ maxLength: 2000 });

/** `/admin/sites/:key`: the screens of one site, but for its events. */
export const adminSite = (app: App) => {
  const { config, store, write, now, box, sites } = app;
  const listRefusedToday = (siteId: number) =>
    listRefusals(store, siteId, new Date(now()).toISOString().slice(0, 10));

  const settingsPage = (request: Request, site: Site, secret?: string) =>
    page(
      <SiteSettingsPage
        site={site}
        seen={settingsSeen(site)}
        secret={secret}
        notice={noticeOf(request)}
      />,
    );

  return (
    new Elysia({ prefix: "/sites/:key" })
      .use(signedIn(app))

      .get("/install", async ({ request, params: { key } }) => {
        const site = await getSite(store, key);
        return page(
          <InstallPage
            site={site}
            snippet={snippet(config.url, key)}
            strictSnippet={snippetStrict(config.url, key)}
            refused={await listRefusedToday(site.id)}
            zone={viewerZone(request)}
            notice={noticeOf(request)}
          />,
        );
      })

      .get("/first-event", async ({ request, params: { key } }) => {
        const site = await getSite(store, key);
        const refused = await listRefusedToday(site.id);
        return fragment(<FirstEvent site={site} refused={refused} zone={viewerZone(request)} />);
      })

      .get("/settings", async ({ request, params: { key } }) =>
        settingsPage(request, await getSite(store, key)),
      )

      .post(
        "/settings",
        async ({
          request,
          user,
          params: { key },
          body: { further, privacy, engagement, seen },
        }) => {
          refuseBelow(user, "admin");
          const site = await getSite(store, key);
          const refused = await refusalOf(() =>
            write(async (tx) => {
              const current = await getSite(tx, key);
              if (seen !== undefined && seen !== settingsSeen(current)) {
                throw new Refusal(
                  "conflict",
                  "Somebody else changed these settings meanwhile: save again to put yours in their place",
                );
              }
              const furtherDomains = parseDomains(further);
              await changeSite(tx, key, {
                furtherDomains,
                privacy: parsePrivacyMode(privacy),
                engagement: engagement === "on",
              });
              await note(tx, user.id, "changed site", site.domain, now());
            }),
          );
          if (refused) {
            return page(
              <SiteSettingsPage
                site={await getSite(store, key)}
                seen={settingsSeen(await getSite(store, key))}
                furtherDomains={further}
                error={refused.message}
              />,
              422,
            );
          }
          await sites.reload();
          return redirect(request, `/admin/sites/${key}/settings?notice=saved`);
        },
        {
          body: t.Object({
            further: text,
            privacy: text,
            engagement: t.Optional(text),
            seen: t.Optional(text),
          }),
        },
      )

      // Where a reload of the page that shows the secret leads.
      .get("/secret", ({ request, params: { key } }) =>
        redirect(request, `/admin/sites/${key}/settings`),
      )

      .post(
        "/secret",
        async ({ request, user, params: { key }, body }) => {
          refuseBelow(user, "admin");
          const site = await getSite(store, key);
          if (body.do !== "renew") {
            return settingsPage(request, site, sites.identifySecretOf(site.id));
          }
          await write(async (tx) => {
            await changeSite(tx, key, { identifySecret: box.seal(newIdentifySecret()) });
            await note(tx, user.id, "renewed identification secret", site.domain, now());
          });
          await sites.reload();
          return redirect(request, `/admin/sites/${key}/settings?notice=secret-renewed`);
        },
        { body: t.Object({ do: text }) },
      )

      .post(
        "/remove",
        async ({ request, user, params: { key }, body: { confirm } }) => {
          refuseBelow(user, "admin");
          const site = await getSite(store, key);
          if (confirm.trim() !== site.domain) {
            const removeError = `Type ${site.domain} to remove the site`;
            const seen = settingsSeen(site);
            return page(
              <SiteSettingsPage site={site} seen={seen} removeError={removeError} />,
              422,
            );
          }
          await write(async (tx) => {
            await removeSite(tx, key, now());
            await note(tx, user.id, "removed site", site.domain, now());
          });
          await sites.reload();
          return redirect(request, `/admin/sites?notice=site-removed&of=${key}`);
        },
        { body: t.Object({ confirm: text }) },
      )
  );
};

const settingsSeen = ({ furtherDomains, privacy, engagement }: Site) =>
  fingerprint([furtherDomains, privacy, engagement]);

function parseDomains(input: string): string[] {
  const typed = input.split(/[\s,]+/).filter(Boolean);
  if (typed.length > 50) throw new Refusal("invalid", "50 further domains at most");
  return [...new Set(typed.map(parseDomain))];
}
