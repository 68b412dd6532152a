import { and, asc, desc, eq, sql } from "drizzle-orm";
import type { Store } from "../store/connection.ts";
import { contactEvents, contacts, identities, suppressions, variables } from "../store/schema.ts";

export type ContactRow = typeof contacts.$inferSelect;

/** Finds one contact. */
export async function findContact(store: Store, id: number): Promise<ContactRow | undefined> {
  const [row] = await store.select().from(contacts).where(eq(contacts.id, id));
  return row;
}

/** Lists what a contact is known by, e-mail first. */
export function listIdentities(store: Store, contactId: number) {
  return store
    .select()
    .from(identities)
    .where(eq(identities.contactId, contactId))
    .orderBy(asc(identities.kind), asc(identities.createdAt));
}

/** Finds why nothing may be sent to an address, if so. */
export async function findSuppression(store: Store, channel: string, address: string) {
  const [row] = await store
    .select()
    .from(suppressions)
    .where(and(eq(suppressions.channel, channel), eq(suppressions.address, address)));
  return row;
}

/** A contact as a list shows it. */
export interface ContactListRow {
  readonly id: number;
  readonly state: "claimed" | "verified";
  readonly email: string | null;
  readonly phone: string | null;
  readonly externalId: string | null;
  readonly createdAt: number;
  readonly lastSeenAt: number | null;
}

const identityOf = (kind: string) =>
  sql<string | null>`(select value from identities
    where contact_id = ${contacts.id} and kind = ${kind}
    order by verified_at is null, created_at limit 1)`;

/**
 * Lists contacts, last seen first.
 *
 * @param search Part of an e-mail address, a phone number or an id; empty for all.
 * @param offset How many to leave out, for paging.
 */
export function listContacts(
  store: Store,
  search: string,
  limit: number,
  offset: number,
): Promise<ContactListRow[]> {
  const pattern = `%${search.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  return store
    .select({
      id: contacts.id,
      state: contacts.state,
      email: identityOf("email"),
      phone: identityOf("phone"),
      externalId: identityOf("id"),
      createdAt: contacts.createdAt,
      lastSeenAt: contacts.lastSeenAt,
    })
    .from(contacts)
    .where(
      search === ""
        ? undefined
        : sql`${contacts.id} in (
            select contact_id from identities where lower(value) like ${pattern} escape '\\')`,
    )
    .orderBy(sql`${contacts.lastSeenAt} desc nulls last`, desc(contacts.id))
    .limit(limit)
    .offset(offset);
}

/** Lists a contact's variables with where each came from. */
export function listVariableFacts(store: Store, contactId: number) {
  return store
    .select()
    .from(variables)
    .where(eq(variables.contactId, contactId))
    .orderBy(variables.name);
}

/** Lists what a contact did, newest first. */
export function listContactEvents(store: Store, contactId: number, limit: number) {
  return store
    .select()
    .from(contactEvents)
    .where(eq(contactEvents.contactId, contactId))
    .orderBy(desc(contactEvents.at), desc(contactEvents.eventId))
    .limit(limit);
}
