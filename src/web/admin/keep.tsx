import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { refusalOf } from "../../lib/errors.ts";
import { getSite } from "../../sites/queries.ts";
import { countOutdated, findKeepDays, parseKeepDays, setKeepDays } from "../../stats/keep-days.ts";
import { KeepPage } from "../../../views/keep.tsx";
import { page, redirect } from "../page.ts";
import { refuseBelow, signedIn } from "../signed-in.ts";
import { noticeOf } from "./notices.tsx";

/** `/admin/sites/:key/keep`: how long events are kept. */
export const adminKeep = (app: App) => {
  const { store, write, now } = app;

  return new Elysia({ prefix: "/sites/:key/keep" })
    .use(signedIn(app))

    .get("/", async ({ request, params: { key }, query: { days: typed } }) => {
      const site = await getSite(store, key);
      const keepDays = await findKeepDays(store, site.id);
      let days: number | null = null;
      const refused = await refusalOf(() => {
        days = typed === undefined ? null : parseKeepDays(typed);
      });
      const preview = days === null ? undefined : await countOutdated(store, site.id, days, now());
      return page(
        <KeepPage
          site={site}
          keepDays={keepDays}
          {...(typed !== undefined && { typed })}
          {...(preview && { preview })}
          {...(refused && { error: refused.message })}
          notice={noticeOf(request)}
        />,
        refused ? 422 : 200,
      );
    })

    .post(
      "/",
      async ({ request, user, params: { key }, body }) => {
        refuseBelow(user, "admin");
        const days = parseKeepDays(body.days);
        await write(async (tx) => {
          const site = await getSite(tx, key);
          await setKeepDays(tx, site.id, days);
          const kept = days === null ? "for ever" : `for ${days} days`;
          await note(
            tx,
            user.id,
            "changed how long events are kept",
            `${site.domain}, ${kept}`,
            now(),
          );
        });
        return redirect(request, `/admin/sites/${key}/keep?notice=saved`);
      },
      { body: t.Object({ days: t.String({ maxLength: 10 }) }) },
    );
};
