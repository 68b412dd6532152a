import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { Store } from "../store/connection.ts";
import { clicks, links, outbox } from "../store/schema.ts";

/** Lists messages, newest first: of a contact or of a run. */
export function listMessages(
  store: Store,
  where: {
    readonly contactId?: number;
    readonly runId?: number;
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
      ),
    )
    .orderBy(desc(outbox.id))
    .limit(limit);
}

/** Written out: a parameter would keep the partial index of what is due out of the query. */
const isPending = sql`${outbox.state} = 'pending'`;

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
    .where(and(eq(outbox.flowId, flowId), isPending, isNotNull(outbox.error)))
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
