import { Refusal } from "../lib/errors.ts";

/** What the pixel may keep in the browser; see the README on privacy. */
export type PrivacyMode = "storage" | "cookieless" | "consent" | "strict";

export const PRIVACY_MODES: readonly PrivacyMode[] = ["storage", "cookieless", "consent", "strict"];

/** A tracked web property. */
export interface Site {
  readonly id: number;
  /** Public: it stands in the address of the pixel. */
  readonly key: string;
  readonly domain: string;
  readonly kind: "website" | "demo";
  readonly privacy: PrivacyMode;
  readonly furtherDomains: readonly string[];
  /** Whether the pixel measures how long pages are looked at, and how far they are seen. */
  readonly engagement: boolean;
  readonly firstEventAt: number | null;
  readonly createdAt: number;
}

// Labels of letters, digits and hyphens; non-ASCII names arrive here in punycode.
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Finds the host name in what a person typed or pasted as a domain.
 *
 * People paste whole addresses, so scheme, port and path are dropped, and `www.` too: the
 * bare domain covers it. A name without a dot is refused as a slip, but for `localhost`.
 *
 * @param input Free text, such as `https://Shop.example.com/cart`.
 * @returns The host name in lower case; names in other scripts as punycode.
 * @throws {Refusal} `invalid`, if no host name is left.
 * @see RFC 1123, section 2.1, for the syntax of a host name.
 */
export function parseDomain(input: string): string {
  const address = input.trim().toLowerCase();
  const [typed = ""] = address.replace(/^[a-z]+:\/\//, "").split(/[/:?#]/, 1);
  const host = toAscii(typed.replace(/\.$/, "").replace(/^www\./, ""));
  if (host === "localhost") return host;
  if (HOST_NAME.test(host) && host.includes(".") && !/^[\d.]+$/.test(host)) return host;
  throw new Refusal("invalid", `Enter a domain like example.com, not "${input.slice(0, 100)}"`);
}

/** Unicode names reach the browser's `location` as punycode, so they are kept that way. */
function toAscii(host: string): string {
  if (/^[a-z0-9.-]*$/.test(host) || /[\s<>"'@\\%]/.test(host)) return host;
  return URL.parse(`http://${host}`)?.hostname ?? host;
}

/** Reads a privacy mode; `consent` when nothing is said. */
export function parsePrivacyMode(input: string | undefined): PrivacyMode {
  if (!input) return "consent";
  const mode = PRIVACY_MODES.find((known) => known === input);
  if (mode) return mode;
  throw new Refusal("invalid", `Choose one of ${PRIVACY_MODES.join(", ")}, not "${input}"`);
}

/** Whether a host is one of the site's: its domains and all names below them. */
export function ownsHost(site: Pick<Site, "domain" | "furtherDomains">, host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, "");
  return [site.domain, ...site.furtherDomains].some(
    (domain) => name === domain || name.endsWith(`.${domain}`),
  );
}
