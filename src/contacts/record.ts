import type { Connection } from "../store/connection.ts";
import { variableType, type Identity } from "./contact.ts";

// Contacts come about inside the transaction that stores events, so what that transaction
// does is written here on prepared statements. What pages ask is in queries.ts.

/** Who an identity belongs to, and how sure that is. */
export interface Owner {
  readonly contactId: number;
  readonly contactVerified: boolean;
  readonly identityVerified: boolean;
}

/** Finds the contact that is known by an identity. */
export function findOwner(
  connection: Connection,
  { kind, value, siteId }: Identity,
): Owner | undefined {
  const row = connection
    .prepare(
      `select i.contact_id, i.verified_at, c.state from identities i
       join contacts c on c.id = i.contact_id
       where i.kind = ? and i.value = ? and i.site_id = ?`,
    )
    .get([kind, value, siteId]) as
    { contact_id: number; verified_at: number | null; state: string } | undefined;
  if (!row) return undefined;
  return {
    contactId: row.contact_id,
    contactVerified: row.state === "verified",
    identityVerified: row.verified_at !== null,
  };
}

/** What is known of a new contact besides its identities. */
export interface NewContact {
  readonly siteId: number | null;
  readonly zone: string | null;
  readonly language: string | null;
}

/** Makes a contact of whom nothing is sure yet. @returns Its id. */
export function insertContact(connection: Connection, contact: NewContact, now: number): number {
  const statement = connection.prepare(
    `insert into contacts (state, zone, language, first_site, created_at, changed_at, last_seen_at)
     values ('claimed', ?, ?, ?, ?, ?, ?)`,
  );
  const { zone, language, siteId } = contact;
  return Number(statement.run([zone, language, siteId, now, now, now]).lastInsertRowid);
}

/** Notes what a contact is known by; an identity that belongs to somebody stays with them. */
export function insertIdentity(
  connection: Connection,
  contactId: number,
  { kind, value, siteId }: Identity,
  now: number,
): void {
  connection
    .prepare(
      `insert or ignore into identities (kind, value, site_id, contact_id, created_at)
       values (?, ?, ?, ?, ?)`,
    )
    .run([kind, value, siteId, contactId, now]);
}

/** Takes an identity from whoever has it, if it is only claimed. */
export function removeClaim(connection: Connection, { kind, value, siteId }: Identity): void {
  connection
    .prepare(
      `delete from identities
       where kind = ? and value = ? and site_id = ? and verified_at is null`,
    )
    .run([kind, value, siteId]);
}

/** Takes from a contact all that pages said of it without being vouched for. */
export function removeClaims(connection: Connection, contactId: number): void {
  connection
    .prepare("delete from identities where contact_id = ? and verified_at is null")
    .run([contactId]);
  connection
    .prepare("delete from variables where contact_id = ? and source = 'identify'")
    .run([contactId]);
}

/** Marks an identity, and with it its contact, as sure. */
export function verifyIdentity(
  connection: Connection,
  contactId: number,
  { kind, value, siteId }: Identity,
  by: string,
  now: number,
): void {
  connection
    .prepare(
      `update identities set verified_by = ?, verified_at = ?
       where kind = ? and value = ? and site_id = ? and contact_id = ? and verified_at is null`,
    )
    .run([by, now, kind, value, siteId, contactId]);
  connection
    .prepare("update contacts set state = 'verified', changed_at = ? where id = ?")
    .run([now, contactId]);
}

/** Sets a variable; the last value said wins. */
export function setVariable(
  connection: Connection,
  contactId: number,
  name: string,
  value: string | number | boolean,
  source: string,
  now: number,
): void {
  connection
    .prepare(
      `insert into variables (contact_id, name, type, value, source, changed_at)
       values (?, ?, ?, ?, ?, ?)
       on conflict (contact_id, name) do update set
         type = excluded.type, value = excluded.value,
         source = excluded.source, changed_at = excluded.changed_at`,
    )
    .run([contactId, name, variableType(value), String(value), source, now]);
}

/** Notes when a contact was last about. */
export function markSeen(connection: Connection, contactId: number, at: number): void {
  connection
    .prepare("update contacts set last_seen_at = ? where id = ? and coalesce(last_seen_at, 0) < ?")
    .run([at, contactId, at]);
}
