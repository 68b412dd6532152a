import { renderToString } from "preact-render-to-string";
import type { VNode } from "preact";

// No inline code or style, nothing from elsewhere. Forms may lead to the demo site, which
// opens from a button here.
const policy = (formTargets: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    `form-action 'self'${formTargets}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin-allow-popups",
};

export interface PageOptions {
  /** Where a form of this page may lead besides the admin. */
  readonly demoOrigin?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with a whole page. */
export function page(
  view: VNode,
  status = 200,
  { demoOrigin, headers = {} }: PageOptions = {},
): Response {
  return new Response(`<!doctype html>${renderToString(view)}`, {
    status,
    headers: {
      ...HEADERS,
      ...headers,
      "content-security-policy": policy(demoOrigin ? ` ${demoOrigin}` : ""),
    },
  });
}

/** Answers with the part of a page that htmx swaps. */
export function fragment(
  view: VNode,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(renderToString(view), {
    status,
    headers: { ...HEADERS, "content-security-policy": policy(""), ...headers },
  });
}

/** Sends the browser elsewhere; htmx follows it with the whole page. */
export function redirect(request: Request, location: string, cookie?: string): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  if (cookie !== undefined) headers.append("set-cookie", cookie);
  if (request.headers.get("hx-request") === "true") {
    headers.set("hx-redirect", location);
    return new Response(null, { status: 200, headers });
  }
  headers.set("location", location);
  return new Response(null, { status: 303, headers });
}
