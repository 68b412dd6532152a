import { createHash } from "node:crypto";
import { Elysia } from "elysia";
import adminScript from "../../static/admin.js" with { type: "file" };
import baseStyle from "../../static/base.css" with { type: "file" };
import icon from "../../static/icon.svg" with { type: "file" };
import reportsStyle from "../../static/reports.css" with { type: "file" };
import partsStyle from "../../static/parts.css" with { type: "file" };
import statisticsStyle from "../../static/statistics.css" with { type: "file" };
import screensStyle from "../../static/screens.css" with { type: "file" };
import inter from "../../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2" with { type: "file" };
import sse from "../../node_modules/htmx.org/dist/ext/hx-sse.min.js" with { type: "file" };
import htmx from "../../node_modules/htmx.org/dist/htmx.min.js" with { type: "file" };
import { Refusal } from "../lib/errors.ts";

const TYPES = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  woff2: "font/woff2",
} as const;

/** What the admin's pages load, by the name they load it under; all embedded. */
const FILES: Readonly<Record<string, string>> = {
  "admin.js": adminScript,
  "base.css": baseStyle,
  "htmx.js": htmx,
  "hx-sse.js": sse,
  "icon.svg": icon,
  "inter.woff2": inter,
  "parts.css": partsStyle,
  "reports.css": reportsStyle,
  "screens.css": screensStyle,
  "statistics.css": statisticsStyle,
};

/** `GET /static/:file`. */
export const staticFiles = () => serveFiles("/static", FILES);

/** Serves embedded files, each with a tag, so that an unchanged one costs a `304`. */
export function serveFiles(prefix: string, files: Readonly<Record<string, string>>) {
  const tags = new Map<string, string>();
  return new Elysia({ prefix }).get("/:file", async ({ request, params: { file } }) => {
    const path = Object.hasOwn(files, file) ? files[file] : undefined;
    if (path === undefined) throw new Refusal("missing", "There is no file of this name");
    const body = Bun.file(path);
    let tag = tags.get(file);
    if (tag === undefined) {
      const bytes = await body.bytes();
      tag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
      tags.set(file, tag);
    }
    const headers = {
      "content-type": TYPES[file.split(".").at(-1) as keyof typeof TYPES],
      "cache-control": "public, max-age=3600",
      etag: tag,
      "x-content-type-options": "nosniff",
    };
    if (request.headers.get("if-none-match") === tag) {
      return new Response(null, { status: 304, headers });
    }
    return new Response(body, { headers });
  });
}
