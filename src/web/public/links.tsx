import { createHash } from "node:crypto";
import { Elysia } from "elysia";
import { renderToString } from "preact-render-to-string";
import type { VNode } from "preact";
import type { App } from "../../app.ts";
import {
  findUnsubscriber,
  openImage,
  openLink,
  unsubscribe,
  type Opening,
} from "../../messages/links.ts";
import { Refusal } from "../../lib/errors.ts";
import { findTarget } from "../../messages/queries.ts";
import { ownsHost } from "../../sites/site.ts";
import { LinkGonePage, PLAIN_STYLE, UnsubscribePage } from "../../../views/unsubscribe.tsx";
import { imageResponse } from "./image-view.ts";

const styleHash = createHash("sha256").update(PLAIN_STYLE).digest("base64");

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
};

const show = (view: VNode, status = 200) =>
  new Response(`<!doctype html>${renderToString(view)}`, { status, headers: HEADERS });

/** `/l/:token`, `/o/:file` and `/u/:token`: what messages lead to. */
export const publicLinks = (app: App) => {
  const { write, sites, acting, now } = app;
  const siteOf = (host: string) => {
    for (const site of sites.all()) if (ownsHost(site, host)) return site.id;
    return undefined;
  };
  const openingOf = (request: Request): Opening => ({
    agent: request.headers.get("user-agent") ?? "",
    looksOnly:
      request.method === "HEAD" || /prefetch/i.test(request.headers.get("sec-purpose") ?? ""),
    now: now(),
  });

  return new Elysia()
    .get("/l/:token", async ({ request, params: { token } }) => {
      const location = await write((_, connection) =>
        openLink(connection, token, openingOf(request), siteOf),
      ).catch(async (error) => {
        // On a full disk the click is not noted; the customer arrives all the same.
        if (error instanceof Refusal) return findTarget(app.store, token);
        throw error;
      });
      if (location === undefined) return show(<LinkGonePage />, 404);
      // The referrer would tell the page which token led there.
      const headers = { location, "cache-control": "no-store", "referrer-policy": "no-referrer" };
      return new Response(null, { status: 302, headers });
    })

    .get("/o/:file", async ({ request, params: { file } }) => {
      const token = file.replace(/\.gif$/, "");
      const noted = write((_, connection) => openImage(connection, token, openingOf(request)));
      await noted.catch((error) => app.log.error("an opened image was not noted", error));
      return imageResponse();
    })

    .get("/u/:token", async ({ params: { token } }) => {
      const whom = await write((_, connection) => findUnsubscriber(connection, token));
      if (!whom) return show(<LinkGonePage />, 404);
      return show(<UnsubscribePage token={token} {...whom} done={false} />);
    })

    .post("/u/:token", async ({ params: { token } }) => {
      const whom = await write((_, connection) => {
        unsubscribe(connection, token, now());
        return findUnsubscriber(connection, token);
      });
      if (!whom) return show(<LinkGonePage />, 404);
      acting.wake();
      return show(<UnsubscribePage token={token} {...whom} done />);
    });
};
