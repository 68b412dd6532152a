import { parseEmail, parsePhone, type Identity } from "../contacts/contact.ts";
import {
  findOwner,
  insertContact,
  insertIdentity,
  setVariable,
  verifyIdentity,
  type NewContact,
} from "../contacts/record.ts";
import { Refusal } from "../lib/errors.ts";
import type { Connection } from "../store/connection.ts";
import type { Visitor } from "./session.ts";
import { tie } from "./tie.ts";

/** Who a page says its visitor is. */
export interface Statement {
  readonly identities: readonly Identity[];
  readonly variables: Readonly<Record<string, string | number | boolean>>;
}

export type Identified =
  | {
      readonly outcome: "tied";
      readonly contactId: number;
      readonly verified: boolean;
      /** Visitors who had only claimed to be this contact let go of it. */
      readonly untied: readonly number[];
    }
  | { readonly outcome: "refused"; readonly reason: string };

const MOST_VARIABLES = 30;
const VARIABLE_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/**
 * Reads the argument of `footfall('identify', …)`: e-mail, phone and id, the rest variables.
 *
 * @throws {Refusal} `invalid`, if it names nobody or something in it cannot be right.
 */
export function parseStatement(input: Readonly<Record<string, unknown>> = {}): Statement {
  const { email, phone, id, ...rest } = input;
  const identities: Identity[] = [];
  if (typeof email === "string" && email !== "") {
    identities.push({ kind: "email", value: parseEmail(email) });
  }
  if (typeof phone === "string" && phone !== "") {
    identities.push({ kind: "phone", value: parsePhone(phone) });
  }
  if ((typeof id === "string" && id !== "") || typeof id === "number") {
    identities.push({ kind: "id", value: String(id).slice(0, 128) });
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

/** What the site's server signs: the first of e-mail, phone and id that the call gives. */
export function signedSubject({ identities }: Statement): string {
  return identities[0]!.value;
}

/** What others do when a visitor becomes known, in the same transaction. */
export interface IdentityHooks {
  /** A visitor belongs to a contact now: its runs do too. */
  onTied(connection: Connection, visitorId: number, contactId: number): void;
  /** A contact is more than a claim now: what was held for it may go. */
  onVerified(connection: Connection, contactId: number, now: number): void;
  /** Visitors turned out not to be the contact they claimed: what they started stops. */
  onUntied(
    connection: Connection,
    visitorIds: readonly number[],
    contactId: number,
    now: number,
  ): void;
}

/**
 * Ties a visitor to the contact a page names, making the contact if there is none.
 *
 * A *claim* (no signature) may make a contact that nothing is sent to, and add to one that is
 * itself only claimed. It never touches a verified contact: anybody can call `identify` with
 * anybody's address. A signed call verifies the identity it signs, and no other.
 *
 * @param signed Whether the site's server vouches for the first identity.
 */
export function identify(
  connection: Connection,
  visitor: Visitor,
  statement: Statement,
  signed: boolean,
  about: NewContact,
  hooks: IdentityHooks,
  now: number,
): Identified {
  const subject = statement.identities[0]!;
  const owner = findOwner(connection, subject);
  const refusal = signed ? undefined : refuseClaim(connection, visitor, statement);
  if (refusal) return { outcome: "refused", reason: refusal };

  const contactId = owner?.contactId ?? insertContact(connection, about, now);
  for (const identity of statement.identities) {
    insertIdentity(connection, contactId, identity, now);
  }
  const source = signed ? "signed identify" : "identify";
  for (const [name, value] of Object.entries(statement.variables)) {
    setVariable(connection, contactId, name, value, source, now);
  }

  if (visitor.contactId !== contactId) {
    // Who was somebody else until now (a shared computer) leaves the past with them.
    tie(connection, visitor, contactId, source, visitor.contactId === null ? 0 : now);
    hooks.onTied(connection, visitor.id, contactId);
  }
  const verified = signed || owner?.contactVerified === true;
  if (!signed || owner?.identityVerified) {
    return { outcome: "tied", contactId, verified, untied: [] };
  }
  verifyIdentity(connection, contactId, subject, source, now);
  const untied = dropOtherClaims(connection, contactId, visitor.id);
  if (untied.length > 0) hooks.onUntied(connection, untied, contactId, now);
  hooks.onVerified(connection, contactId, now);
  return { outcome: "tied", contactId, verified, untied };
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

/**
 * Unties all but one visitor who had only claimed to be a contact.
 *
 * When an address turns out to be somebody's, visitors who had only claimed it let go: else
 * a stranger who claimed it first would now act in that person's name.
 *
 * @param visitorId Who stays; 0 for nobody.
 * @returns The visitors that let go.
 */
export function dropOtherClaims(
  connection: Connection,
  contactId: number,
  visitorId: number,
): number[] {
  const rows = connection
    .prepare("select id from visitors where contact_id = ? and tied_by = 'identify' and id <> ?")
    .all([contactId, visitorId]) as { id: number }[];
  for (const { id } of rows) {
    connection
      .prepare(
        "update visitors set contact_id = null, tied_by = null, tied_from = null where id = ?",
      )
      .run([id]);
    connection
      .prepare("delete from contact_events where contact_id = ? and visitor_id = ?")
      .run([contactId, id]);
  }
  return rows.map(({ id }) => id);
}
