import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { newApiKey, parseScopes, SCOPES } from "../../auth/api-key.ts";
import { addApiKey, listApiKeys, note, setApiKeyRemoved } from "../../auth/queries.ts";
import { hashToken } from "../../auth/sign-in.ts";
import { mayActAs, parseName, type User } from "../../auth/user.ts";
import { Refusal } from "../../lib/errors.ts";
import { getSite, listSites } from "../../sites/queries.ts";
import { ApiKeysPage } from "../../../views/api-keys.tsx";
import { page, redirect } from "../page.ts";
import { rowId } from "../row-id.ts";
import { refuseBelow, signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";
import { noticeOf } from "./notices.tsx";

const text = t.String({ maxLength: 500 });

/** `/admin/settings/keys`: with what programs are let in. */
export const adminKeys = (app: App) => {
  const { store, write, now } = app;

  const show = async (
    request: Request,
    user: User,
    more: Partial<Parameters<typeof ApiKeysPage>[0]> = {},
  ) => {
    const props = {
      keys: await listApiKeys(store),
      removed: await listApiKeys(store, true),
      sites: await listSites(store),
      scopes: SCOPES,
      mayChange: mayActAs(user.role, "admin"),
      zone: viewerZone(request),
      notice: noticeOf(request),
      ...more,
    };
    return page(<ApiKeysPage {...props} />, more.error === undefined ? 200 : 422);
  };

  /** Removes a key or brings it back; either holds from the next request on. */
  const setRemoved = async (user: User, id: string, removedAt: number | null) => {
    refuseBelow(user, "admin");
    await write(async (tx) => {
      const name = await setApiKeyRemoved(tx, rowId(id), removedAt);
      if (name === undefined) throw new Refusal("missing", "There is no such key");
      const action = removedAt === null ? "brought API key back" : "removed API key";
      await note(tx, user.id, action, name, now());
    });
  };

  return new Elysia({ prefix: "/settings/keys" })
    .use(signedIn(app))

    .get("/", ({ request, user }) => show(request, user))

    .post(
      "/",
      async ({ request, user, body }) => {
        refuseBelow(user, "admin");
        const { key, hint } = newApiKey();
        const chosen = [body.scopes ?? []].flat();
        try {
          const name = parseName(body.name);
          const scopes = parseScopes(chosen);
          const siteId = body.site === "" ? null : (await getSite(store, body.site)).id;
          await write(async (tx) => {
            const made = { name, hash: hashToken(key), hint, scopes, siteId, createdBy: user.id };
            await addApiKey(tx, made, now());
            await note(tx, user.id, "made API key", `${name}: ${scopes.join(", ")}`, now());
          });
          return show(request, user, { made: { name, key } });
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          const values = { name: body.name, site: body.site, scopes: chosen };
          return show(request, user, { values, error: error.message, field: error.field });
        }
      },
      {
        body: t.Object({
          name: text,
          site: text,
          scopes: t.Optional(t.Union([text, t.Array(text, { maxItems: 20 })])),
        }),
      },
    )

    .post("/:id/remove", async ({ request, user, params: { id } }) => {
      await setRemoved(user, id, now());
      return redirect(request, `/admin/settings/keys?notice=key-removed&of=${id}`);
    })

    .post("/:id/restore", async ({ request, user, params: { id } }) => {
      await setRemoved(user, id, null);
      return redirect(request, "/admin/settings/keys?notice=key-restored");
    });
};
