import type { Connection } from "../store/connection.ts";

/** What a message may say of a contact, and where it would go. */
export interface ContactFacts {
  readonly id: number;
  readonly verified: boolean;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly phone: string | undefined;
  readonly externalId: string | undefined;
  readonly variables: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Reads a contact for a step of a flow, inside the transaction that advances it.
 *
 * @param siteId The flow's site: ids of other sites are none of its business.
 */
export function readContactFacts(
  connection: Connection,
  contactId: number,
  siteId: number,
): ContactFacts | undefined {
  const contact = connection.prepare("select state from contacts where id = ?").get([contactId]) as
    { state: string } | undefined;
  if (!contact) return undefined;
  // A verified address before a claimed one, then the older: the first of a kind counts.
  const identities = connection
    .prepare(
      `select kind, value, verified_at is not null as verified from identities
       where contact_id = ? and site_id in (0, ?) order by verified desc, created_at`,
    )
    .all([contactId, siteId]) as { kind: string; value: string; verified: number }[];
  const find = (kind: string) => identities.find((identity) => identity.kind === kind);
  const email = find("email");
  return {
    id: contactId,
    verified: contact.state === "verified",
    email: email?.value,
    emailVerified: email?.verified === 1,
    phone: find("phone")?.value,
    externalId: find("id")?.value,
    variables: readVariables(connection, contactId),
  };
}

function readVariables(connection: Connection, contactId: number) {
  const rows = connection
    .prepare("select name, type, value from variables where contact_id = ?")
    .all([contactId]) as { name: string; type: string; value: string }[];
  return Object.fromEntries(
    rows.map(({ name, type, value }) => {
      if (type === "number") return [name, Number(value)];
      return [name, type === "boolean" ? value === "true" : value];
    }),
  );
}

/** Why nothing may be sent to an address, if so. */
export function suppressionOf(
  connection: Connection,
  channel: string,
  address: string,
): string | undefined {
  const row = connection
    .prepare("select reason from suppressions where channel = ? and address = ?")
    .get([channel, address]) as { reason: string } | undefined;
  return row?.reason;
}
