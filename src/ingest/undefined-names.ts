import type { Connection } from "../store/connection.ts";
import type { HitEvent } from "./hit.ts";

/** Keeps account of events with names nobody defined, so that they can be adopted. */
export interface UndefinedNames {
  /** @returns False if the site has too many such names already; the event is dropped. */
  note(connection: Connection, siteId: number, event: HitEvent, now: number): boolean;
  forget(): void;
}

/** Anybody may send any name: past this many a site's table grows no more. */
const MOST_NAMES = 200;

export function createUndefinedNames(): UndefinedNames {
  const known = new Map<number, Set<string>>();

  const namesOf = (connection: Connection, siteId: number): Set<string> => {
    let names = known.get(siteId);
    if (!names) {
      const rows = connection
        .prepare("select name from undefined_events where site_id = ?")
        .all([siteId]) as { name: string }[];
      names = new Set(rows.map(({ name }) => name));
      known.set(siteId, names);
    }
    return names;
  };

  return {
    note(connection, siteId, event, now) {
      const names = namesOf(connection, siteId);
      if (!names.has(event.name) && names.size >= MOST_NAMES) return false;
      names.add(event.name);
      connection
        .prepare(
          `insert into undefined_events (site_id, name, count, first_at, last_at, sample)
           values (?, ?, 1, ?, ?, ?)
           on conflict (site_id, name) do update set
             count = count + 1, last_at = excluded.last_at, sample = excluded.sample`,
        )
        .run([
          siteId,
          event.name,
          now,
          now,
          event.properties ? JSON.stringify(event.properties) : null,
        ]);
      return true;
    },
    forget: () => known.clear(),
  };
}
