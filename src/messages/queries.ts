import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { Store } from "../store/connection.ts";
import { clicks, links, outbox } from "../store/schema.ts";

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

/** Counts a flow's messages that wait for another try, by channel, with why the last one failed. */
export function listStuckMessages(store: Store, flowId: number) {
  return store
    .select({
      channel: outbox.channel,
      count: sql<number>`count(*)`,
      // SQLite takes the other columns from the row that holds the maximum.
      latest: sql<number>`max(${outbox.id})`,
      error: sql<string>`${outbox.error}`,
    })
    .from(outbox)
    .where(and(eq(outbox.flowId, flowId), eq(outbox.state, "pending"), isNotNull(outbox.error)))
    .groupBy(outbox.channel);
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

/** Finds where a link of a message leads, without noting that it was followed. */
export async function findTarget(store: Store, token: string): Promise<string | undefined> {
  const [row] = await store
    .select({ url: links.url })
    .from(links)
    .where(and(eq(links.token, token), eq(links.kind, "page")));
  return row?.url ?? undefined;
}
