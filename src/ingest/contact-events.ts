import type { RecordedEvent } from "../events/event.ts";
import { markSeen } from "../contacts/record.ts";
import type { Connection } from "../store/connection.ts";
import { bulkInsert, type Row } from "./bulk-insert.ts";

/** Keeps what known persons did as rows, for their timeline and for flows. */
export function writeContactEvents(connection: Connection, events: readonly RecordedEvent[]): void {
  const rows: Row[] = [];
  const seen = new Map<number, number>();
  for (const event of events) {
    if (event.contactId === undefined) continue;
    const properties = event.properties ? JSON.stringify(event.properties) : null;
    rows.push([
      event.contactId,
      event.at,
      event.id,
      event.siteId,
      event.visitorId,
      event.name,
      event.page,
      properties,
    ]);
    seen.set(event.contactId, Math.max(event.at, seen.get(event.contactId) ?? 0));
  }
  if (rows.length === 0) return;
  bulkInsert(
    connection,
    `insert or ignore into contact_events
       (contact_id, at, event_id, site_id, visitor_id, name, page, properties)`,
    rows,
  );
  for (const [contactId, at] of seen) markSeen(connection, contactId, at);
}

const PAST_MS = 90 * 24 * 60 * 60 * 1000;
const MOST_EVENTS = 1000;

/**
 * Fills in what a visitor did before being known: the last 90 days, at most 1,000 events.
 *
 * Done after the batch that tied the visitor, so that nobody's answer waits for it.
 */
export function fillInPast(
  connection: Connection,
  visitorId: number,
  contactId: number,
  now: number,
): void {
  connection
    .prepare(
      `/* fillInPast */ insert or ignore into contact_events
         (contact_id, at, event_id, site_id, visitor_id, name, page, properties)
       select v.contact_id, e.at, e.id, e.site_id, e.visitor_id, n.text, p.text, e.properties
       from visitors v
       join sessions s on s.visitor_id = v.id and s.last_at >= ?
       join events e on e.site_id = v.site_id and e.session_id = s.id
         and e.at between s.started_at and s.last_at
       join terms n on n.id = e.name
       join terms p on p.id = e.page
       where v.id = ? and v.contact_id = ? and e.at >= v.tied_from and n.text <> 'engagement'
       order by e.at desc limit ${MOST_EVENTS}`,
    )
    .run([now - PAST_MS, visitorId, contactId]);
}
