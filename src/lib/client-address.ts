import ipaddr from "ipaddr.js";

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Which proxies in front are believed. */
export type TrustProxy =
  | { readonly kind: "none" }
  | { readonly kind: "hops"; readonly hops: number }
  | { readonly kind: "networks"; readonly networks: readonly Network[] };

/**
 * Reads the setting: nothing, a number of proxies, or their networks.
 *
 * @throws {Error} naming the part that is neither.
 */
export function parseTrustProxy(text: string): TrustProxy {
  const setting = text.trim();
  if (setting === "" || setting === "0") return { kind: "none" };
  if (/^\d+$/.test(setting)) {
    const hops = Number(setting);
    if (hops <= 10) return { kind: "hops", hops };
  }
  const networks = setting.split(",").map((part) => parseNetwork(part.trim()));
  return { kind: "networks", networks };
}

function parseNetwork(text: string): Network {
  try {
    // A bare number would be read as an address too, in its old decimal form.
    if (!/[.:]/.test(text)) throw new TypeError(text);
    if (text.includes("/")) return ipaddr.parseCIDR(text);
    const address = ipaddr.parse(text);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  } catch {
    throw new Error(
      `FOOTFALL_TRUST_PROXY must be a number of proxies up to 10, or networks like 10.0.0.0/8, not "${text}"`,
    );
  }
}

/**
 * The address of the visitor, seen through the proxies that are trusted.
 *
 * Read from the right: each proxy appends who called it, and only what a trusted one wrote
 * can be believed. Everything further left a visitor may have made up.
 *
 * @param socket Who is connected to us.
 * @param forwarded The `X-Forwarded-For` header, if any.
 */
export function clientAddress(
  socket: string,
  forwarded: string | undefined,
  trust: TrustProxy,
): string {
  if (trust.kind === "none" || forwarded === undefined) return socket;
  const chain = [...forwarded.split(",").map(bareAddress), socket];
  if (trust.kind === "hops") {
    return validOr(chain[Math.max(0, chain.length - 1 - trust.hops)], socket);
  }
  let index = chain.length - 1;
  while (index > 0 && isIn(chain[index]!, trust.networks)) index -= 1;
  return validOr(chain[index], socket);
}

/** Some proxies add ports or brackets. */
function bareAddress(text: string): string {
  const part = text.trim();
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(part);
  if (bracketed) return bracketed[1]!;
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(part) ? part.slice(0, part.lastIndexOf(":")) : part;
}

function validOr(address: string | undefined, fallback: string): string {
  return address !== undefined && ipaddr.isValid(address) ? address : fallback;
}

function isIn(address: string, networks: readonly Network[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return networks.some(
    ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
  );
}
