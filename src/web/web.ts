import type { App } from "../app.ts";
import { adminWeb } from "./admin/admin.ts";
import { apiWeb } from "./api/api.ts";
import { demoWeb } from "./demo-site.tsx";
import { kindOfHost } from "./hosts.ts";
import { publicIngest } from "./public/ingest.ts";
import { publicWeb } from "./public/public.ts";

export interface Route {
  readonly method: string;
  readonly path: string;
}

/** Everything that answers over HTTP. */
export interface Web {
  handle(request: Request): Promise<Response>;
  /** The admin's routes, for the test that none admits a stranger. */
  readonly adminRoutes: readonly Route[];
  /** The API's, for the same, and for the test that each is documented. */
  readonly apiRoutes: readonly Route[];
  /** What anybody may reach. */
  readonly publicRoutes: readonly Route[];
}

const INGEST = /^https?:\/\/[^/]+\/e\/([^/?#]+)\/?(?:[?#].*)?$/;

/** What answers on every host: the pixel, what it sends, links in messages, health. */
const PUBLIC_PATH = /^\/(?:[polu]\/|healthz$|readyz$|metrics$)/;

const API_PATH = /^\/api(?:\/|$)/;

const routesOf = ({ routes }: { readonly routes: readonly Route[] }): Route[] =>
  routes.map(({ method, path }) => ({ method, path }));

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
  const api = apiWeb(app);
  const demo = demoWeb(app);

  const isHttps = app.config.url.startsWith("https:");

  const answer = (request: Request): Promise<Response> | Response => {
    // The host is the sender's word, and may be no host at all.
    const url = URL.parse(request.url);
    if (!url) return plain(400, "The Host header is no host name");
    if (!isDecodable(url.pathname)) return plain(404, "There is nothing at this address");
    const refusal = refuseBody(request);
    if (refusal) return refusal;
    if (PUBLIC_PATH.test(url.pathname)) return everywhere.handle(request);
    const kind = kindOfHost(app.config, request.headers.get("host") ?? url.host);
    if (kind === "admin") {
      return API_PATH.test(url.pathname) ? api.handle(request) : admin.handle(request);
    }
    if (kind === "demo") return demo.handle(request);
    return plain(
      421,
      `This Footfall answers at ${app.config.url}. If you reach it under another name, set FOOTFALL_URL to that address.`,
    );
  };

  return {
    adminRoutes: routesOf(admin),
    apiRoutes: routesOf(api),
    publicRoutes: [...routesOf(everywhere), { method: "POST", path: "/e/:key" }],
    async handle(request) {
      const key = INGEST.exec(request.url)?.[1];
      if (key !== undefined) return ingest(request, key);
      const response = await answer(request);
      addSafeHeaders(response.headers, isHttps);
      return response;
    },
  };
}

/** The longest form is a mail's text. */
const FORM_BYTES = 2 * 1024 * 1024;

/** Looks at the size before anybody reads the body: a router reads it before its guards run. */
function refuseBody({ headers }: Request): Response | undefined {
  if (headers.has("transfer-encoding")) return plain(411, "Say how long the body is");
  if (Number(headers.get("content-length") ?? 0) <= FORM_BYTES) return undefined;
  return plain(413, `A request may have ${FORM_BYTES} bytes at most`);
}

function plain(status: number, message: string): Response {
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return new Response(`${message}\n`, { status, headers });
}

/** What is right for every answer, whoever gave it; a page's own policy stands. */
function addSafeHeaders(headers: Headers, isHttps: boolean): void {
  headers.set("x-content-type-options", "nosniff");
  if (!headers.has("content-security-policy")) {
    headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }
  if (isHttps) headers.set("strict-transport-security", "max-age=31536000");
}

/** A router takes a path apart by decoding it, and trips where it cannot. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
