import { createHash } from "node:crypto";
import type { Connection } from "../store/connection.ts";

/** What came of the one-time parameter of a link. */
export type Arrival =
  | {
      readonly outcome: "known";
      readonly contactId: number;
      readonly first: boolean;
      readonly at: number;
    }
  | { readonly outcome: "unknown" | "expired" | "used" };

/**
 * Looks up the parameter a visitor arrived with and keeps who used it.
 *
 * It is good for one visitor of one site within its 10 minutes; the same visitor may show it
 * again, since all that a page sends carries it. Anything else is an anonymous visit.
 */
export function useArrival(
  connection: Connection,
  token: string,
  siteId: number,
  visitorId: number,
  now: number,
): Arrival {
  const hash = createHash("sha256").update(token).digest("hex");
  const row = connection
    .prepare(
      "select contact_id, created_at, until, visitor_id from arrivals where token_hash = ? and site_id = ?",
    )
    .get([hash, siteId]) as
    | { contact_id: number; created_at: number; until: number; visitor_id: number | null }
    | undefined;
  if (!row) return { outcome: "unknown" };

  const known = { outcome: "known", contactId: row.contact_id, at: row.created_at } as const;
  if (row.visitor_id === visitorId) return { ...known, first: false };
  if (row.visitor_id !== null) return { outcome: "used" };
  if (row.until < now) return { outcome: "expired" };

  connection
    .prepare("update arrivals set visitor_id = ? where token_hash = ?")
    .run([visitorId, hash]);
  return { ...known, first: true };
}

/** Forgets parameters nobody can use any more. */
export function removeOldArrivals(connection: Connection, before: number): void {
  connection.prepare("delete from arrivals where until < ?").run([before]);
}
