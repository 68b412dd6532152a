import type { Config } from "../config.ts";
import { DEMO_HOST } from "../hosting/demo.ts";

/**
 * The address under which the pixel reaches this server: the configured one.
 *
 * The demo site is served from its own name by this process, and its pixel may not reach
 * beyond its own origin under its strict policy, so it sends where it came from.
 */
export function originOf(config: Config, request: Request): string {
  const host = request.headers.get("host") ?? "";
  if (host.replace(/:\d+$/, "") !== DEMO_HOST) return config.url;
  return `${new URL(config.url).protocol}//${host}`;
}
