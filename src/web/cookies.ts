import type { Config } from "../config.ts";
import { SIGN_IN_MS } from "../auth/sign-in.ts";

/** `__Host-` binds the cookie to this very host, but browsers take it over HTTPS only. */
const cookieName = (config: Config) =>
  config.url.startsWith("https:") ? "__Host-footfall" : "footfall";

/** The cookie of a sign-in; without a token it ends one. */
export function signInCookie(config: Config, token: string | undefined): string {
  const secure = config.url.startsWith("https:") ? "; Secure" : "";
  const age = token === undefined ? 0 : Math.floor(SIGN_IN_MS / 1000);
  const name = cookieName(config);
  return `${name}=${token ?? ""}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`;
}

/** The token a browser holds, if any. */
export function signInToken(config: Config, request: Request): string | undefined {
  const name = `${cookieName(config)}=`;
  const cookies = request.headers.get("cookie")?.split(/;\s*/) ?? [];
  const token = cookies.find((cookie) => cookie.startsWith(name))?.slice(name.length);
  return token || undefined;
}
