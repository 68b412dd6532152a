import { and, asc, eq } from "drizzle-orm";
import type { Store } from "../store/connection.ts";
import { contacts, identities, suppressions, variables } from "../store/schema.ts";

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

/** A contact's address on a channel, and whether it is more than a claim. */
export interface Recipient {
  readonly address: string;
  readonly verified: boolean;
}

/**
 * Finds the address to reach a contact at: a verified one before a claimed one, older first.
 */
export async function findRecipient(
  store: Store,
  contactId: number,
  channel: "email" | "sms",
): Promise<Recipient | undefined> {
  const kind = channel === "email" ? "email" : "phone";
  const rows = await store
    .select()
    .from(identities)
    .where(and(eq(identities.contactId, contactId), eq(identities.kind, kind)))
    .orderBy(asc(identities.createdAt));
  const best = rows.find((row) => row.verifiedAt !== null) ?? rows[0];
  return best && { address: best.value, verified: best.verifiedAt !== null };
}

/** A contact's variables by name, each in its own type; dates stay text in ISO form. */
export async function listVariables(
  store: Store,
  contactId: number,
): Promise<Record<string, string | number | boolean>> {
  const rows = await store.select().from(variables).where(eq(variables.contactId, contactId));
  return Object.fromEntries(rows.map(({ name, type, value }) => [name, typed(type, value)]));
}

function typed(type: string, value: string): string | number | boolean {
  if (type === "number") return Number(value);
  if (type === "boolean") return value === "true";
  return value;
}

/** Finds why nothing may be sent to an address, if so. */
export async function findSuppression(store: Store, channel: string, address: string) {
  const [row] = await store
    .select()
    .from(suppressions)
    .where(and(eq(suppressions.channel, channel), eq(suppressions.address, address)));
  return row;
}

/** Keeps anything from being sent to an address; the first reason stays. */
export async function suppress(
  tx: Store,
  channel: string,
  address: string,
  reason: (typeof suppressions.$inferSelect)["reason"],
  now: number,
): Promise<void> {
  await tx.insert(suppressions).values({ channel, address, reason, at: now }).onConflictDoNothing();
}
