import { createHash, randomBytes } from "node:crypto";
import { isBot } from "../lib/device.ts";
import type { Connection } from "../store/connection.ts";

/** Who opened a link, as far as a request tells. */
export interface Opening {
  readonly agent: string;
  /** A look at the address without a wish to see it: HEAD, or a prefetch. */
  readonly looksOnly: boolean;
  readonly now: number;
}

interface LinkRow {
  readonly url: string | null;
  readonly message_id: number | null;
  readonly contact_id: number;
}

/** The parameter a redirect adds, good once and for ten minutes. */
export const ARRIVAL_PARAMETER = "ff_id";
const ARRIVAL_MS = 10 * 60 * 1000;

function findLink(connection: Connection, token: string, kind: string): LinkRow | undefined {
  return connection
    .prepare("select url, message_id, contact_id from links where token = ? and kind = ?")
    .get([token, kind]) as LinkRow | undefined;
}

/**
 * Follows a link of a message.
 *
 * Where it leads comes from the store, never from the address. To a page of one of our sites a
 * one-time parameter is added, so that the pixel can tell who arrives; other hosts get none.
 *
 * @param siteOf The site a host belongs to, if it is one of ours.
 * @returns The address to go to; `undefined` if there is no such link.
 */
export function openLink(
  connection: Connection,
  token: string,
  { agent, looksOnly, now }: Opening,
  siteOf: (host: string) => number | undefined,
): string | undefined {
  const link = findLink(connection, token, "page");
  if (!link?.url) return undefined;
  const machine = looksOnly || isBot(agent);
  noteOpening(connection, token, link, "click", machine, now);

  const url = new URL(link.url);
  const siteId = siteOf(url.hostname);
  if (siteId === undefined || machine) return url.href;
  const arrival = randomBytes(16).toString("base64url");
  connection
    .prepare(
      `insert into arrivals (token_hash, contact_id, message_id, site_id, created_at, until)
       values (?, ?, ?, ?, ?, ?)`,
    )
    .run([hash(arrival), link.contact_id, link.message_id, siteId, now, now + ARRIVAL_MS]);
  return withParameter(url, arrival);
}

/** Adds the parameter and leaves the rest of the query as it was written, byte by byte. */
function withParameter(url: URL, arrival: string): string {
  if (url.searchParams.has(ARRIVAL_PARAMETER)) url.searchParams.delete(ARRIVAL_PARAMETER);
  url.search += `${url.search === "" ? "?" : "&"}${ARRIVAL_PARAMETER}=${arrival}`;
  return url.href;
}

const hash = (token: string) => createHash("sha256").update(token).digest("hex");

/** Notes that a mail's image was loaded. Mail programs do that by themselves: no sign of reading. */
export function openImage(connection: Connection, token: string, opening: Opening): void {
  const link = findLink(connection, token, "open");
  if (link) noteOpening(connection, token, link, "open", isBot(opening.agent), opening.now);
}

function noteOpening(
  connection: Connection,
  token: string,
  link: LinkRow,
  kind: "click" | "open",
  machine: boolean,
  now: number,
): void {
  connection
    .prepare(
      `insert into clicks (token, message_id, contact_id, kind, machine, url, at)
       values (?, ?, ?, ?, ?, ?, ?)`,
    )
    .run([token, link.message_id, link.contact_id, kind, machine ? 1 : 0, link.url, now]);
}

/** Who an unsubscribe link was sent to, and by which site. */
export interface Unsubscriber {
  readonly address: string;
  readonly domain: string | null;
}

/** Who an unsubscribe link is for; it never expires. */
export function findUnsubscriber(connection: Connection, token: string): Unsubscriber | undefined {
  return connection
    .prepare(
      `select o.recipient as address, s.domain from links l
       join outbox o on o.id = l.message_id left join sites s on s.id = o.site_id
       where l.token = ? and l.kind = 'unsubscribe'`,
    )
    .get([token]) as Unsubscriber | undefined;
}

/**
 * Sends no more mail to whoever an unsubscribe link was sent to, and calls back what waits.
 *
 * Only ever by POST: mail scanners open every link.
 *
 * @returns Whether there is such a link. Twice is once.
 */
export function unsubscribe(connection: Connection, token: string, now: number): boolean {
  const address = findUnsubscriber(connection, token)?.address;
  if (address === undefined) return false;
  connection
    .prepare(
      `insert or ignore into suppressions (channel, address, reason, at)
       values ('email', ?, 'unsubscribed', ?)`,
    )
    .run([address, now]);
  // What waits is due now: the sender's last look skips it, and so lets its run go on.
  connection
    .prepare(
      `update outbox set next_at = ? where channel = 'email' and recipient = ?
         and state = 'pending'`,
    )
    .run([now, address]);
  return true;
}
