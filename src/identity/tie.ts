import type { Connection } from "../store/connection.ts";
import type { Visitor } from "./session.ts";

/** How a visitor came to be tied to a contact. Only an unsigned `identify` is a mere claim. */
export type TiedBy = "link" | "identify" | "signed identify" | "form" | "api";

/**
 * Ties a visitor to a contact from a moment on.
 *
 * @param from Epoch ms; events before it stay anonymous.
 */
export function tie(
  connection: Connection,
  visitor: Visitor,
  contactId: number,
  by: TiedBy,
  from: number,
): void {
  visitor.contactId = contactId;
  visitor.tiedFrom = from;
  visitor.pendingContactId = null;
  visitor.pendingFrom = null;
  write(connection, visitor, contactId, by, from, false);
}

/**
 * Keeps a tie in waiting that a link made, until the visitor does what a person does: mail
 * scanners open links too. Whoever is tied to somebody else stays so (forwarded mail).
 */
export function tieProvisionally(
  connection: Connection,
  visitor: Visitor,
  contactId: number,
  from: number,
): void {
  if (visitor.contactId !== null) return;
  visitor.pendingContactId = contactId;
  visitor.pendingFrom = from;
  write(connection, visitor, contactId, "link", from, true);
}

function write(
  connection: Connection,
  { id, siteId }: Visitor,
  contactId: number,
  by: TiedBy,
  since: number,
  isPending: boolean,
): void {
  connection
    .prepare(
      `/* tie */ insert into ties (visitor_id, site_id, contact_id, tied_by, since, is_pending)
       values (?, ?, ?, ?, ?, ?)
       on conflict (visitor_id) do update set contact_id = excluded.contact_id,
         tied_by = excluded.tied_by, since = excluded.since, is_pending = excluded.is_pending`,
    )
    .run([id, siteId, contactId, by, since, Number(isPending)]);
}

/** Makes a tie in waiting a real one. @returns Whether there was one. */
export function confirmTie(connection: Connection, visitor: Visitor): boolean {
  const { pendingContactId, pendingFrom } = visitor;
  if (pendingContactId === null || pendingFrom === null || visitor.contactId !== null) return false;
  tie(connection, visitor, pendingContactId, "link", pendingFrom);
  return true;
}

/**
 * Unties all but one visitor who had only claimed to be a contact.
 *
 * When an address turns out to be somebody's, visitors who had only claimed it let go: else
 * a stranger who claimed it first would now act in that person's name.
 *
 * @param visitorId Who stays.
 * @returns The visitors that let go.
 */
export function dropClaims(connection: Connection, contactId: number, visitorId: number): number[] {
  const rows = connection
    .prepare(
      `/* dropClaims */ select visitor_id as id from ties
       where contact_id = ? and tied_by = 'identify' and visitor_id <> ?`,
    )
    .all([contactId, visitorId]) as { id: number }[];
  for (const { id } of rows) {
    connection.prepare("delete from ties where visitor_id = ?").run([id]);
    connection
      .prepare("delete from contact_events where contact_id = ? and visitor_id = ?")
      .run([contactId, id]);
  }
  return rows.map(({ id }) => id);
}
