import type { App } from "../app.ts";
import { adminWeb } from "./admin/admin.ts";
import { demoWeb } from "./demo-site.tsx";
import { kindOfHost } from "./hosts.ts";
import { publicIngest } from "./public/ingest.ts";
import { publicWeb } from "./public/public.ts";

/** Everything that answers over HTTP. */
export interface Web {
  handle(request: Request): Promise<Response>;
  /** The admin's routes, for the test that none admits a stranger. */
  readonly adminRoutes: readonly { readonly method: string; readonly path: string }[];
}

const INGEST = /^https?:\/\/[^/]+\/e\/([^/?#]+)$/;

/** What answers on every host: the pixel, what it sends, links in messages, health. */
const PUBLIC_PATH = /^\/(?:[polu]\/|healthz$|readyz$|metrics$)/;

/**
 * Puts the parts of the edge together, by path and host.
 *
 * The demo site and, later, hosted pages hold what editors write: they share no origin with
 * the admin, so the admin does not answer on their hosts, nor they on its.
 */
export function createWeb(app: App): Web {
  const ingest = publicIngest(app);
  const everywhere = publicWeb(app);
  const admin = adminWeb(app);
  const demo = demoWeb(app);

  return {
    adminRoutes: admin.routes.map(({ method, path }) => ({ method, path })),
    async handle(request) {
      const key = INGEST.exec(request.url)?.[1];
      if (key !== undefined) return ingest(request, key);
      const { pathname, host } = new URL(request.url);
      if (PUBLIC_PATH.test(pathname)) return everywhere.handle(request);
      const kind = kindOfHost(app.config, request.headers.get("host") ?? host);
      if (kind === "admin") return admin.handle(request);
      if (kind === "demo") return demo.handle(request);
      return misdirected(app.config.url);
    },
  };
}

function misdirected(url: string): Response {
  return new Response(
    `This Footfall answers at ${url}. If you reach it under another name, set FOOTFALL_URL to that address.\n`,
    { status: 421, headers: { "content-type": "text/plain; charset=utf-8" } },
  );
}
