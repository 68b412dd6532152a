import { join } from "node:path";
import { renderToString } from "preact-render-to-string";
import { SCREENS } from "./screens.tsx";

const ROOT = join(import.meta.dir, "../..");

/** What pages load from packages, by the name they load it under. */
export const PACKAGED: Readonly<Record<string, string>> = {
  "htmx.js": "htmx.org/dist/htmx.min.js",
  "hx-sse.js": "htmx.org/dist/ext/hx-sse.min.js",
  "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
};

/** Where a file of `/static` lies. */
export const staticPath = (file: string): string => {
  const packaged = PACKAGED[file];
  return packaged ? join(ROOT, "node_modules", packaged) : join(ROOT, "static", file);
};

/** One screen as it is sent. */
export const pageOf = (name: string): string =>
  `<!doctype html>${renderToString(SCREENS[name]!())}`;

// As strict as the admin's own.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'";

/** Serves every screen with made-up data, `/NAME`, without anything behind it. */
export function startGallery() {
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const name = pathname.slice(1);
      if (name in SCREENS) {
        const headers = { "content-type": "text/html", "content-security-policy": POLICY };
        return new Response(pageOf(name), { headers });
      }
      const file = Bun.file(staticPath(name.replace("static/", "")));
      // What is no file is a stream or a poll: `204` leaves the screen as it is.
      return (await file.exists()) ? new Response(file) : new Response(null, { status: 204 });
    },
  });
  return { url: `http://localhost:${server.port}`, stop: () => server.stop(true) };
}
