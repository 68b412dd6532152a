import { isNull, sql } from "drizzle-orm";
import type { Store } from "../store/connection.ts";
import { flows } from "../store/schema.ts";
import { parseFlow } from "./flow.ts";
import type { FlowState } from "./queries.ts";

/** A flow that has to do with an event: how it uses it now, and how many runs it began with it. */
export interface EventFlow {
  readonly id: number;
  readonly name: string;
  readonly state: FlowState | "removed";
  readonly starts: boolean;
  readonly stops: boolean;
  /** Runs that the event started in the period. */
  readonly launches: number;
}

/** What is asked: an event of a site, and a period, epoch ms, half-open. */
export interface LaunchesQuery {
  readonly siteId: number;
  readonly event: string;
  readonly from: number;
  readonly until: number;
}

/**
 * Lists the flows that an event starts or stops, drafts too, and those whose runs it started in
 * a period: most launches first, then by name.
 */
export async function listEventFlows(store: Store, query: LaunchesQuery): Promise<EventFlow[]> {
  const launches = await countLaunches(store, query);
  const rows = await store
    .select({ id: flows.id, name: flows.name, state: flows.state, draft: flows.draft })
    .from(flows)
    .where(isNull(flows.removedAt));
  const found: EventFlow[] = [];
  for (const { id, name, state, draft } of rows) {
    const { trigger, stop } = parseFlow(JSON.parse(draft));
    const starts = trigger.siteId === query.siteId && trigger.event === query.event;
    const stops = stop?.event === query.event && (stop.siteId ?? trigger.siteId) === query.siteId;
    const count = launches.get(id)?.count ?? 0;
    launches.delete(id);
    if (starts || stops || count > 0)
      found.push({ id, name, state, starts, stops, launches: count });
  }
  // What is left over ran in flows that are gone since.
  for (const [id, { name, count }] of launches) {
    found.push({ id, name, state: "removed", starts: false, stops: false, launches: count });
  }
  return found.sort((a, b) => b.launches - a.launches || a.name.localeCompare(b.name, "en"));
}

/** Runs by flow; those of one version were all started by its one trigger. */
async function countLaunches(store: Store, { siteId, event, from, until }: LaunchesQuery) {
  const rows = await store.all<{ id: number; name: string; count: number }>(
    sql`/* countLaunches */ select f.id, f.name, count(*) as count
        from flow_versions v
        join runs r on r.version_id = v.id and r.started_at >= ${from} and r.started_at < ${until}
        join flows f on f.id = v.flow_id
        where v.definition ->> '$.trigger.event' = ${event}
          and v.definition ->> '$.trigger.siteId' = ${siteId}
        group by f.id`,
  );
  return new Map(rows.map(({ id, name, count }) => [id, { name, count }]));
}
