import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { mayActAs, type User } from "../../auth/user.ts";
import { SavedViews, SavedViewsBody } from "../../../views/parts/saved-views.tsx";
import { Refusal, refusalOf } from "../../lib/errors.ts";
import { getSite } from "../../sites/queries.ts";
import type { Site } from "../../sites/site.ts";
import { parseAddress, printAddress } from "../../stats/address.ts";
import {
  addSavedView,
  getSavedView,
  listSavedViews,
  removeSavedView,
  renameSavedView,
  restoreSavedView,
  type ViewedReport,
} from "../../stats/saved-views.ts";
import { fragment, redirect } from "../page.ts";
import { rowId } from "../row-id.ts";
import { signedIn } from "../signed-in.ts";

const QUERY_LENGTH = 8000;
const name = t.String({ maxLength: 200 });
const query = t.String({ maxLength: QUERY_LENGTH });

const pathOf = (site: Site, report: ViewedReport) =>
  `/admin/sites/${site.key}${report === "retention" ? "/retention" : ""}`;

async function menuProps(
  { store }: App,
  site: Site,
  { report, query: current }: { report: ViewedReport; query: string },
  user: Pick<User, "role">,
) {
  const path = pathOf(site, report);
  const views = await listSavedViews(store, site.id, report);
  return {
    path: `/admin/sites/${site.key}/views`,
    report,
    query: current,
    mayChange: mayActAs(user.role, "editor"),
    views: views.map((view) => ({
      id: view.id,
      name: view.name,
      href: view.query === "" ? path : `${path}?${view.query}`,
      isCurrent: view.query === current,
    })),
  };
}

/** The menu of saved views of a report, for the bar above it. */
export async function savedViewsMenu(
  app: App,
  { site, link }: { readonly site: Site; readonly link: () => string },
  report: ViewedReport,
  user: Pick<User, "role">,
) {
  const current = link().split("?")[1] ?? "";
  return <SavedViews {...await menuProps(app, site, { report, query: current }, user)} />;
}

/** `/admin/sites/:key/views`: save, rename and remove named filters of reports. */
export const adminSavedViews = (app: App) => {
  const { store, write, now } = app;
  return new Elysia({ prefix: "/sites/:key/views" })
    .use(signedIn(app))

    .post(
      "/",
      async ({ user, params: { key }, body }) => {
        const site = await getSite(store, key);
        const report = parseReport(body.report);
        // Read and printed anew: nothing but an address is kept.
        const kept = printAddress(parseAddress(body.query).address);
        const refused = await refusalOf(() =>
          write(async (tx) => {
            const view = { siteId: site.id, name: body.name, report, query: kept };
            await addSavedView(tx, view, { userId: user.id, now: now() });
            await note(tx, user.id, "saved view", body.name.trim(), now());
          }),
        );
        const props = await menuProps(app, site, { report, query: kept }, user);
        if (!refused) return fragment(<SavedViewsBody {...props} />);
        const error = { error: refused.message, name: body.name };
        return fragment(<SavedViewsBody {...props} {...error} />, 422);
      },
      { body: t.Object({ report: t.String({ maxLength: 20 }), query, name }) },
    )

    .post(
      "/:id/rename",
      async ({ user, params: { key, id }, body }) => {
        const site = await getSite(store, key);
        const view = await getSavedView(store, site.id, rowId(id));
        const refused = await refusalOf(() =>
          write(async (tx) => {
            await renameSavedView(tx, await getSavedView(tx, site.id, view.id), body.name);
            await note(tx, user.id, "renamed view", body.name.trim(), now());
          }),
        );
        const { report } = view;
        const props = await menuProps(app, site, { report, query: body.query }, user);
        if (!refused) return fragment(<SavedViewsBody {...props} />);
        return fragment(<SavedViewsBody {...props} error={refused.message} />, 422);
      },
      { body: t.Object({ query, name }) },
    )

    .post("/:id/remove", async ({ request, user, params: { key, id } }) => {
      const site = await getSite(store, key);
      const view = await getSavedView(store, site.id, rowId(id));
      await write(async (tx) => {
        await removeSavedView(tx, view, now());
        await note(tx, user.id, "removed view", view.name, now());
      });
      const of = encodeURIComponent(`${key}/views/${view.id}`);
      return redirect(request, `${pathOf(site, view.report)}?notice=view-removed&of=${of}`);
    })

    .post("/:id/restore", async ({ request, user, params: { key, id } }) => {
      const site = await getSite(store, key);
      const view = await write(async (tx) => {
        const back = await restoreSavedView(tx, site.id, rowId(id));
        await note(tx, user.id, "brought view back", back.name, now());
        return back;
      });
      const search = view.query === "" ? "" : `${view.query}&`;
      return redirect(request, `${pathOf(site, view.report)}?${search}notice=view-restored`);
    });
};

function parseReport(text: string): ViewedReport {
  if (text === "overview" || text === "retention") return text;
  throw new Refusal("invalid", "Views are saved of the overview and of retention");
}
