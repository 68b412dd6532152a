import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { mayActAs } from "../../auth/user.ts";
import { visitorIdOf } from "../../identity/erase.ts";
import { Refusal, refusalOf } from "../../lib/errors.ts";
import { getSite } from "../../sites/queries.ts";
import type { Site } from "../../sites/site.ts";
import { countOutdated, findKeepDays, parseKeepDays, setKeepDays } from "../../stats/keep-days.ts";
import { KeepPage } from "../../../views/keep.tsx";
import { page, redirect } from "../page.ts";
import { refuseBelow, signedIn } from "../signed-in.ts";
import { isErasedSoon } from "./erasing.ts";
import { noticeOf } from "./notices.tsx";

/** `/admin/sites/:key/keep`: how long events are kept. */
export const adminKeep = (app: App) => {
  const { store, write, now } = app;

  const eraseVisitor = async (site: Site, number: number, userId: number) => {
    await write((tx, connection) => {
      visitorIdOf(connection, site.id, number);
      return note(tx, userId, "erased a visitor", `visitor ${number} of ${site.domain}`, now());
    });
    const isDone = await isErasedSoon(app.erasure.eraseVisitor(site.id, number), app.log);
    return isDone ? "visitor-erased" : "visitor-erasing";
  };

  return new Elysia({ prefix: "/sites/:key/keep" })
    .use(signedIn(app))

    .get("/", async ({ request, user, params: { key }, query: { days: typed } }) => {
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
          {...(mayActAs(user.role, "admin") && { erasing: {} })}
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
    )

    .post(
      "/erase",
      async ({ request, user, params: { key }, body: { number: typed } }) => {
        refuseBelow(user, "admin");
        const site = await getSite(store, key);
        let notice = "";
        const refused = await refusalOf(async () => {
          notice = await eraseVisitor(site, parseNumber(typed), user.id);
        });
        if (!refused) return redirect(request, `/admin/sites/${key}/keep?notice=${notice}`);
        return page(
          <KeepPage
            site={site}
            keepDays={await findKeepDays(store, site.id)}
            erasing={{ typed, error: refused.message }}
          />,
          422,
        );
      },
      { body: t.Object({ number: t.String({ maxLength: 20 }) }) },
    );
};

function parseNumber(typed: string): number {
  const number = typed.trim().replace(/^#/, "");
  if (/^[1-9]\d{0,14}$/.test(number)) return Number(number);
  throw new Refusal("invalid", "Enter the number of a visitor");
}
