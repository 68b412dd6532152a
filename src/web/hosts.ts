import type { Config } from "../config.ts";
import { DEMO_HOST } from "../hosting/demo.ts";

/** What a host name is for: pages of editors never share an origin with the admin. */
export type HostKind = "admin" | "demo" | "other";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Tells what a request's host is for.
 *
 * The admin answers on the host of `FOOTFALL_URL` alone; when that is not set, on the names
 * of this machine. A page elsewhere that resolves its own name to our address (DNS rebinding)
 * gets no admin.
 */
export function kindOfHost(config: Config, host: string): HostKind {
  const name = host.toLowerCase();
  const bare = name.replace(/:\d+$/, "");
  if (bare === DEMO_HOST) return "demo";
  if (!config.urlIsSet && LOOPBACK.has(bare)) return "admin";
  return name === new URL(config.url).host ? "admin" : "other";
}

/** The address of the demo site, for the port browsers use. */
export function demoOrigin(config: Config): string {
  const { protocol, port } = new URL(config.url);
  return `${protocol}//${DEMO_HOST}${port ? `:${port}` : ""}`;
}
