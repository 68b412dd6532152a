import { parseEmail, parsePhone, type Identity } from "../contacts/contact.ts";
import {
  findOwner,
  insertContact,
  insertIdentity,
  removeClaim,
  removeClaims,
  setVariable,
  verifyIdentity,
  type NewContact,
} from "../contacts/record.ts";
import { Refusal } from "../lib/errors.ts";
import type { Connection } from "../store/connection.ts";
import type { Visitor } from "./session.ts";
import { dropClaims, tie } from "./tie.ts";

/** Who a page says its visitor is. */
export interface Statement {
  readonly identities: readonly Identity[];
  readonly variables: Readonly<Record<string, string | number | boolean>>;
}

export type Identified =
  | {
      readonly outcome: "tied";
      readonly contactId: number;
      /** Visitors who had only claimed to be this contact let go of it. */
      readonly untied: readonly number[];
    }
  | { readonly outcome: "refused"; readonly reason: string };

const MOST_VARIABLES = 30;
const VARIABLE_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/**
 * Reads the argument of `footfall('identify', …)`: e-mail, phone and id, the rest variables.
 *
 * @param siteId Where it was said: an id means something there only.
 * @throws {Refusal} `invalid`, if it names nobody or something in it cannot be right.
 */
export function parseStatement(
  input: Readonly<Record<string, unknown>> = {},
  siteId: number,
): Statement {
  const { email, phone, id, ...rest } = input;
  const identities: Identity[] = [];
  if (typeof email === "string" && email !== "") {
    identities.push({ kind: "email", value: parseEmail(email), siteId: 0 });
  }
  if (typeof phone === "string" && phone !== "") {
    identities.push({ kind: "phone", value: parsePhone(phone), siteId: 0 });
  }
  if ((typeof id === "string" && id !== "") || typeof id === "number") {
    identities.push({ kind: "id", value: String(id).slice(0, 128), siteId });
  }
  if (identities.length === 0) {
    throw new Refusal("invalid", "identify: give an email, a phone or an id");
  }
  const variables = Object.entries(rest).filter(
    (entry): entry is [string, string | number | boolean] =>
      VARIABLE_NAME.test(entry[0]) && ["string", "number", "boolean"].includes(typeof entry[1]),
  );
  return { identities, variables: Object.fromEntries(variables.slice(0, MOST_VARIABLES)) };
}

/**
 * What of a statement a signature vouches for.
 *
 * A site's server signs every e-mail, phone and id of the call, in this order and joined by
 * line breaks, or the first of them alone. An id is signed as `id:42`: an id may look like
 * anything, also like somebody's address.
 *
 * @param isSigned Whether the signature is the one for a text.
 * @returns The statement without identities that are not signed; `undefined` if the signature is
 *   wrong. Variables are the page's word, signed or not.
 */
export function vouchedFor(
  { identities, variables }: Statement,
  isSigned: (text: string) => boolean,
): Statement | undefined {
  const texts = identities.map(({ kind, value }) => (kind === "id" ? `id:${value}` : value));
  if (isSigned(texts.join("\n"))) return { identities, variables };
  if (isSigned(texts[0]!)) return { identities: identities.slice(0, 1), variables };
  return undefined;
}

/** What others do when a visitor becomes known, in the same transaction. */
export interface IdentityHooks {
  /** A visitor belongs to a contact now, and so does what it began from a moment on. */
  onTied(connection: Connection, visitorId: number, contactId: number, from: number): void;
  /** A contact is more than a claim now: what was held for it may go. */
  onVerified(connection: Connection, contactId: number, now: number): void;
  /** Visitors turned out not to be the contact they claimed: what they began for it stops. */
  onUntied(
    connection: Connection,
    visitorIds: readonly number[],
    contactId: number,
    now: number,
  ): void;
  /** Who had only been claimed turned up, as this visitor: what others began for them stops. */
  onTakenOver(connection: Connection, contactId: number, visitorId: number, now: number): void;
}

/**
 * Ties a visitor to the contact that a page names without a signature.
 *
 * Anybody can call `identify` with anybody's address. So a claim may make a contact that nothing
 * is sent to, and add to one that is itself only claimed; it never touches a verified one.
 */
export function claim(
  connection: Connection,
  visitor: Visitor,
  statement: Statement,
  about: NewContact,
  hooks: IdentityHooks,
  now: number,
): Identified {
  const refusal = refuseClaim(connection, visitor, statement);
  if (refusal) return { outcome: "refused", reason: refusal };

  const owner = findOwner(connection, statement.identities[0]!);
  const contactId = owner?.contactId ?? insertContact(connection, about, now);
  for (const identity of statement.identities) {
    insertIdentity(connection, contactId, identity, now);
  }
  setVariables(connection, contactId, statement, now);
  tieTo(connection, visitor, contactId, "identify", hooks, now);
  return { outcome: "tied", contactId, untied: [] };
}

/**
 * Ties a visitor to the contact that the site's server vouches for.
 *
 * A contact that was only claimed until now is taken over: whoever claimed it may have been a
 * stranger, so what they said, did and began in that name goes. An identity that somebody else
 * only claims is taken from them; one that is verified for somebody else stays there.
 */
export function vouch(
  connection: Connection,
  visitor: Visitor,
  statement: Statement,
  about: NewContact,
  hooks: IdentityHooks,
  now: number,
): Identified {
  const found = findVouched(connection, statement);
  const contactId = found?.contactId ?? insertContact(connection, about, now);
  let verifies = false;
  for (const identity of statement.identities) {
    const owner = findOwner(connection, identity);
    if (owner && owner.contactId !== contactId) {
      if (owner.identityVerified) continue;
      removeClaim(connection, identity);
    }
    verifies ||= owner?.identityVerified !== true;
    insertIdentity(connection, contactId, identity, now);
    verifyIdentity(connection, contactId, identity, "signed identify", now);
  }

  const untied = dropClaims(connection, contactId, visitor.id);
  if (found && !found.contactVerified) {
    removeClaims(connection, contactId);
    removeEventsOfOthers(connection, contactId, visitor.id);
    hooks.onTakenOver(connection, contactId, visitor.id, now);
  }
  if (untied.length > 0) hooks.onUntied(connection, untied, contactId, now);
  setVariables(connection, contactId, statement, now);
  tieTo(connection, visitor, contactId, "signed identify", hooks, now);
  if (verifies) hooks.onVerified(connection, contactId, now);
  return { outcome: "tied", contactId, untied };
}

/** Whom a vouched statement is about: first whom it is verified for, then whom it is claimed for. */
function findVouched(connection: Connection, { identities }: Statement) {
  const owners = identities.map((identity) => findOwner(connection, identity));
  return (
    owners.find((owner) => owner?.identityVerified) ??
    owners.find((owner) => owner && !owner.contactVerified)
  );
}

function setVariables(
  connection: Connection,
  contactId: number,
  { variables }: Statement,
  now: number,
): void {
  for (const [name, value] of Object.entries(variables)) {
    setVariable(connection, contactId, name, value, "identify", now);
  }
}

function tieTo(
  connection: Connection,
  visitor: Visitor,
  contactId: number,
  by: "identify" | "signed identify",
  hooks: IdentityHooks,
  now: number,
): void {
  if (visitor.contactId === contactId) {
    if (by === "signed identify") tie(connection, visitor, contactId, by, visitor.tiedFrom ?? 0);
    return;
  }
  // Who was somebody else until now (a shared computer) leaves the past with them.
  const from = visitor.contactId === null ? 0 : now;
  tie(connection, visitor, contactId, by, from);
  hooks.onTied(connection, visitor.id, contactId, from);
}

function refuseClaim(
  connection: Connection,
  visitor: Visitor,
  { identities }: Statement,
): string | undefined {
  for (const identity of identities) {
    const owner = findOwner(connection, identity);
    if (!owner?.contactVerified) continue;
    if (owner.contactId === visitor.contactId) return "Known already";
    return "This contact is confirmed: sign the call to tie a visitor to it";
  }
  if (visitor.contactId !== null && isVerified(connection, visitor.contactId)) {
    return "This visitor belongs to a confirmed contact: sign the call to change that";
  }
  return undefined;
}

function isVerified(connection: Connection, contactId: number): boolean {
  const row = connection.prepare("select state from contacts where id = ?").get([contactId]) as
    { state: string } | undefined;
  return row?.state === "verified";
}

function removeEventsOfOthers(connection: Connection, contactId: number, visitorId: number): void {
  connection
    .prepare("delete from contact_events where contact_id = ? and visitor_id <> ?")
    .run([contactId, visitorId]);
}
