import { isZone } from "../lib/zone-time.ts";

/** The time zone of who looks, as the browser told it in a cookie; UTC until then. */
export function viewerZone(request: Request): string {
  const cookie = request.headers.get("cookie")?.split(/;\s*/) ?? [];
  const text = cookie.find((part) => part.startsWith("zone="))?.slice(5);
  if (text === undefined) return "UTC";
  try {
    const zone = decodeURIComponent(text);
    return isZone(zone) ? zone : "UTC";
  } catch {
    return "UTC";
  }
}
