import { Refusal } from "../lib/errors.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a change that another site's page asks for in a signed-in person's name.
 *
 * Browsers say where a request comes from, in headers a page cannot set. A request with
 * neither header is none of a browser's, and brings no cookie by accident.
 *
 * @throws {Refusal} `denied`, if the request comes from elsewhere.
 * @see Fetch Metadata Request Headers, section 2.
 */
export function refuseOtherOrigins(request: Request): void {
  if (SAFE.has(request.method)) return;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  if (site === "same-origin") return;
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (site === null && origin !== null && URL.parse(origin)?.host === host) return;
  throw new Refusal(
    "denied",
    "This was sent from another page: open Footfall itself and try again",
  );
}
