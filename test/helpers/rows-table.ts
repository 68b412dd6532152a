import type { EventRow, SessionFacts } from "../../src/stats/row-sessions.ts";
import type { Connection } from "../../src/store/connection.ts";

// Rows as ingest would store them, put into the tables themselves.

const SITE = 1;

export function insertSite({ database }: Connection, siteId = SITE): void {
  database
    .prepare(
      `insert into sites (id, key, domain, kind, privacy, further_domains, identify_secret,
         created_at)
       values (?1, 'key' || ?1, 'shop' || ?1 || '.example', 'website', 'storage', '[]', 'secret', 0)`,
    )
    .run([siteId]);
}

/** Adds a term and returns its id. */
export function insertTerm({ database }: Connection, text: string, siteId = SITE): number {
  const row = database
    .prepare("insert into terms (site_id, text) values (?, ?) returning id")
    .get([siteId, text]) as { id: number };
  return row.id;
}

export function insertEvent(
  { database }: Connection,
  row: EventRow,
  visitorId: number,
  siteId = SITE,
): void {
  database
    .prepare(
      `insert into events
         (site_id, id, at, session_id, visitor_id, name, page, title, host, properties)
       values (?, ?, ?, ?, ?, ?, ?, nullif(?, 0), nullif(?, 0), ?)`,
    )
    .run([
      siteId,
      row.id,
      row.at,
      row.sessionId,
      visitorId,
      row.name,
      row.page,
      row.title,
      row.host,
      row.properties,
    ]);
}

/** Inserts the row of a session, or brings the times in it up to date. */
export function putSession(
  { database }: Connection,
  facts: SessionFacts,
  startedAt: number,
  siteId = SITE,
): void {
  const { terms } = facts;
  database
    .prepare(
      `insert into sessions (id, site_id, visitor_id, started_at, last_at, views, events,
         entry_page, exit_page, source, device, browser, system, country, screen, is_new)
       values (?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?, ?, ?, nullif(?, 0), nullif(?, 0), ?)
       on conflict (id) do update set started_at = excluded.started_at,
         last_at = excluded.last_at`,
    )
    .run([
      facts.id,
      siteId,
      facts.visitorId,
      startedAt,
      facts.lastAt,
      terms.source,
      terms.device,
      terms.browser,
      terms.system,
      terms.country,
      facts.screen,
      Number(facts.isNew),
    ]);
}
