import { lookup as resolveHost } from "node:dns/promises";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Refusal } from "./errors.ts";

export interface GuardedRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** Only the status counts: the answer's body is not waited for. */
  readonly ignoresBody?: boolean;
  /** Networks the operator lets us reach though they are private, as CIDR ranges. */
  readonly allowNetworks?: readonly string[];
  /** Finds the addresses of a host; given by tests. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

export interface GuardedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 256 * 1024;

/**
 * Fetches an address that somebody typed, without reaching into the operator's own network.
 *
 * Every address the name leads to is checked, and the connection goes to the checked one:
 * asked again, the name could lead elsewhere (DNS rebinding). No redirect is followed.
 *
 * @throws {Refusal} `denied`, if the address is not a public one; `invalid`, if it is none.
 * @throws {Error} if the exchange fails, takes too long or the answer is too large.
 * @see OWASP Server-Side Request Forgery Prevention Cheat Sheet.
 */
export async function guardedFetch(
  address: string,
  options: GuardedRequest = {},
): Promise<GuardedResponse> {
  const url = parseTarget(address);
  const host = bareHost(url);
  const resolve = options.resolve ?? resolveAll;
  const addresses = ipaddr.isValid(host) ? [host] : await resolve(host);
  if (addresses.length === 0) throw new Error(`${host} leads to no address`);
  for (const each of addresses) refusePrivate(host, each, options.allowNetworks ?? []);
  return exchange(url, addresses[0]!, options);
}

/** @throws {Refusal} `invalid`, if it is not an address that may be fetched. */
export function parseTarget(address: string): URL {
  const url = URL.parse(address);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new Refusal(
      "invalid",
      `Enter an address that begins with https:// or http://, not "${address}"`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new Refusal("invalid", "The address must not hold a user or a password");
  }
  return url;
}

/**
 * Refuses an address that is private as it is written; a name is looked up when it is called.
 *
 * @throws {Refusal} `denied`.
 */
export function refusePrivateTarget(url: URL, allowNetworks: readonly string[]): void {
  const host = bareHost(url);
  if (ipaddr.isValid(host)) refusePrivate(host, host, allowNetworks);
}

const bareHost = (url: URL) => url.hostname.replace(/^\[|\]$/g, "");

async function resolveAll(host: string): Promise<string[]> {
  const found = await resolveHost(host, { all: true });
  return found.map(({ address }) => address);
}

function refusePrivate(host: string, address: string, allowed: readonly string[]): void {
  const parsed = ipaddr.process(address);
  const inside = allowed.some((network) => {
    const [range, bits] = ipaddr.parseCIDR(network);
    return range.kind() === parsed.kind() && parsed.match(range, bits);
  });
  if (inside) return;
  const range = parsed.range();
  // Only this range is anybody's on the internet; 64:ff9b::/96, 2002::/16 and the like carry a v4
  // address inside, which may be a private one, and have ranges of their own.
  if (range === "unicast") return;
  throw new Refusal(
    "denied",
    `${host} leads to ${address}, which is no public address (${range}); an operator may allow its network with FOOTFALL_ALLOW_NETWORKS`,
  );
}

function exchange(
  url: URL,
  address: string,
  {
    method = "GET",
    headers = {},
    body,
    timeoutMs = TIMEOUT_MS,
    maxBytes = MAX_BYTES,
    ignoresBody = false,
  }: GuardedRequest,
): Promise<GuardedResponse> {
  const family = ipaddr.parse(address).kind() === "ipv6" ? 6 : 4;
  // Pins the checked address; the name stays in the Host header and the certificate check.
  const lookup: LookupFunction = (_, options, done) => {
    if (options.all) done(null, [{ address, family }]);
    else done(null, address, family);
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const signal = AbortSignal.timeout(timeoutMs);
    const request = send(url, { method, headers, lookup, signal, agent: false }, (response) => {
      if (ignoresBody) {
        resolve({ status: response.statusCode ?? 0, headers: flat(response), body: "" });
        response.destroy();
        return;
      }
      read(response, maxBytes).then(
        (text) =>
          resolve({ status: response.statusCode ?? 0, headers: flat(response), body: text }),
        reject,
      );
    });
    request.on("error", (error) => {
      reject(signal.aborted ? new Error(`No answer within ${timeoutMs / 1000} s`) : error);
    });
    request.end(body);
  });
}

function read(response: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        response.destroy();
        reject(new Error(`The answer has more than ${maxBytes} bytes`));
        return;
      }
      chunks.push(chunk);
    });
    response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    response.on("error", reject);
  });
}

function flat({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(entries);
}
