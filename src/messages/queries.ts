import { and, desc, eq } from "drizzle-orm";
import type { Store } from "../store/connection.ts";
import { clicks, outbox } from "../store/schema.ts";

/** Lists messages, newest first: of a contact, a run, or those that are dead. */
export function listMessages(
  store: Store,
  where: {
    readonly contactId?: number;
    readonly runId?: number;
    readonly flowId?: number;
    readonly state?: "dead";
  },
  limit = 100,
) {
  return store
    .select()
    .from(outbox)
    .where(
      and(
        where.contactId === undefined ? undefined : eq(outbox.contactId, where.contactId),
        where.runId === undefined ? undefined : eq(outbox.runId, where.runId),
        where.flowId === undefined ? undefined : eq(outbox.flowId, where.flowId),
        where.state === undefined ? undefined : eq(outbox.state, where.state),
      ),
    )
    .orderBy(desc(outbox.id))
    .limit(limit);
}

/** Lists what a contact opened, newest first. */
export function listClicks(store: Store, contactId: number, limit = 100) {
  return store
    .select()
    .from(clicks)
    .where(eq(clicks.contactId, contactId))
    .orderBy(desc(clicks.at))
    .limit(limit);
}
