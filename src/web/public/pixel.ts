import { createHash } from "node:crypto";
import { brotliCompressSync } from "node:zlib";
import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import type { TrackedSite } from "../../ingest/hit.ts";
import { composePixel } from "../../pixel/compose.ts";
import { originOf } from "../origin.ts";
import { recordImageView } from "./image-view.ts";

/** Short, so that a changed event is live within a minute; unchanged it costs a `304`. */
const CACHE = "public, max-age=30, stale-while-revalidate=30";

/** `GET /p/KEY.js`, the pixel of a site, and `GET /p/KEY.gif` for pages without script. */
export const publicPixel = (app: App) => {
  const scripts = new Map<
    string,
    { version: number; body: Uint8Array<ArrayBuffer>; brotli: Uint8Array<ArrayBuffer>; tag: string }
  >();

  const scriptOf = (site: TrackedSite, base: string) => {
    const name = `${base} ${site.key}`;
    const known = scripts.get(name);
    if (known?.version === app.sites.version()) return known;
    const text = composePixel({
      key: site.key,
      server: base,
      privacy: site.privacy,
      engagement: site.engagement,
      events: [...site.definitions.values()]
        .filter(({ trigger, state }) => trigger === "automatic" && state === "active")
        .map(({ name: event, conditions }) => ({
          name: event,
          conditions: conditions.map(({ kind, operator, value }) => [kind, operator, value]),
        })),
    });
    const body = new TextEncoder().encode(text);
    const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    const made = {
      version: app.sites.version(),
      body,
      brotli: new Uint8Array(brotliCompressSync(body)),
      tag,
    };
    // As many as there are sites and names of this server; a stranger's Host header must not
    // fill the memory.
    if (scripts.size > 1000) scripts.clear();
    scripts.set(name, made);
    return made;
  };

  return new Elysia().get("/p/:file", async ({ request, params: { file } }) => {
    const [, key = "", kind = ""] = /^([A-Za-z0-9_-]{1,40})\.(js|gif)$/.exec(file) ?? [];
    const site = app.sites.find(key);
    if (kind === "gif") return recordImageView(app, request, site);
    if (!site) {
      return new Response("// Footfall: no site has this key\n", {
        status: 404,
        headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-store" },
      });
    }
    const script = scriptOf(site, originOf(app.config, request));
    const headers: Record<string, string> = {
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": CACHE,
      etag: script.tag,
      vary: "accept-encoding",
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
      "x-content-type-options": "nosniff",
    };
    if (request.headers.get("if-none-match") === script.tag) {
      return new Response(null, { status: 304, headers });
    }
    if (/\bbr\b/.test(request.headers.get("accept-encoding") ?? "")) {
      return new Response(script.brotli, { headers: { ...headers, "content-encoding": "br" } });
    }
    return new Response(script.body, { headers });
  });
};
