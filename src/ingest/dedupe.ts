import type { Connection } from "../store/connection.ts";
import { bulkInsert, type Row } from "./bulk-insert.ts";
import type { Hit, HitEvent } from "./hit.ts";

/**
 * Notes the ids of a batch's events and tells which were never seen before.
 *
 * The common case, all new, costs one insert and a comparison of counts. Only when a repeat
 * is among them is it asked which: those that another batch wrote.
 *
 * @param batch A number no earlier batch has used.
 */
export function findFreshEvents(
  connection: Connection,
  hits: readonly Hit[],
  batch: number,
): Map<Hit, HitEvent[]> {
  const fresh = new Map<Hit, HitEvent[]>();
  const rows: Row[] = [];
  const seen = new Set<string>();
  for (const hit of hits) {
    const events = hit.events.filter(({ id }) => {
      const name = `${hit.site.id}:${id}`;
      if (seen.has(name)) return false;
      seen.add(name);
      rows.push([id, hit.site.id, batch]);
      return true;
    });
    fresh.set(hit, events);
  }

  const inserted = bulkInsert(
    connection,
    "insert or ignore into event_ids (id, site_id, batch)",
    rows,
  );
  if (inserted === rows.length) return fresh;

  const repeated = new Set(findRepeated(connection, rows, batch));
  for (const [hit, events] of fresh) {
    fresh.set(
      hit,
      events.filter(({ id }) => !repeated.has(`${hit.site.id}:${id}`)),
    );
  }
  if (rows.length - repeated.size !== inserted) {
    throw new Error(`${inserted} ids were new, but ${repeated.size} of ${rows.length} were not`);
  }
  return fresh;
}

function findRepeated(connection: Connection, rows: readonly Row[], batch: number): string[] {
  const found = connection
    .prepare(
      `/* findRepeated */ select e.id, e.site_id from json_each(?) j
       cross join event_ids e on e.id = j.value ->> 0 and e.site_id = j.value ->> 1
       where e.batch <> ?`,
    )
    .all([JSON.stringify(rows), batch]) as { id: string; site_id: number }[];
  return found.map(({ id, site_id }) => `${site_id}:${id}`);
}
