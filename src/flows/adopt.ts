import type { Connection } from "../store/connection.ts";
import { stopRun } from "./enrol.ts";

/**
 * A visitor became known: its runs are the contact's now, and what waited for that goes on.
 *
 * Only what began from the moment on that the tie covers: a link says who opens it, not who was
 * at this browser before. What began earlier stays a visitor's, and waits no longer to learn
 * whose it is. Where the contact is in the flow already, or has used up an entry that is given
 * once, the visitor's run stops: the same person on two devices gets a mail once.
 *
 * @param from Epoch ms; 0 for all.
 */
export function adoptVisitorRuns(
  connection: Connection,
  visitorId: number,
  contactId: number,
  from: number,
  now: number,
): void {
  const doubled = connection
    .prepare(
      `/* adoptVisitorRuns */ select r.id from runs r
       where r.visitor_id = ?1 and r.contact_id is null and r.state in ('active', 'held')
         and r.event ->> 'at' >= ?3
         and exists (
           select 1 from runs o where o.contact_id = ?2 and o.flow_id = r.flow_id
             and (o.entry_key = r.entry_key
               or (o.state in ('active', 'held')
                 and substr(o.entry_key, 1, instr(o.entry_key, ' '))
                   = substr(r.entry_key, 1, instr(r.entry_key, ' ')))))`,
    )
    .all([visitorId, contactId, from]) as { id: number }[];
  for (const { id } of doubled) {
    stopRun(connection, id, "the same person is in this flow already", now);
  }
  wakeWaiting(connection, visitorId, now);
  connection
    .prepare(
      `update runs set contact_id = ?
       where visitor_id = ? and contact_id is null and event ->> 'at' >= ?`,
    )
    .run([contactId, visitorId, from]);
}

/** Lets go on what is held, or waits with a reason, until it is known who the visitor is. */
function wakeWaiting(connection: Connection, visitorId: number, now: number): void {
  connection
    .prepare(
      `update runs set state = 'active', wake_at = ?, reason = null
       where visitor_id = ? and contact_id is null
         and (state = 'held' or (state = 'active' and wake_at is not null and reason is not null))`,
    )
    .run([now, visitorId]);
}

/** A contact was verified: what was held for it goes on. */
export function releaseHeld(connection: Connection, contactId: number, now: number): void {
  connection
    .prepare(
      `update runs set state = 'active', wake_at = ?, reason = null
       where contact_id = ? and state = 'held'`,
    )
    .run([now, contactId]);
}

/** Visitors turned out not to be who they claimed: what they began for that contact stops. */
export function stopRunsOfVisitors(
  connection: Connection,
  visitorIds: readonly number[],
  contactId: number,
  now: number,
): void {
  const rows = connection
    .prepare(
      `select id from runs where contact_id = ? and state in ('active', 'held')
         and visitor_id in (select value from json_each(?))`,
    )
    .all([contactId, JSON.stringify(visitorIds)]);
  stopAll(connection, rows as { id: number }[], now);
}

/** Who had only been claimed turned up, as one visitor: what others began in that name stops. */
export function stopRunsOfOthers(
  connection: Connection,
  contactId: number,
  visitorId: number,
  now: number,
): void {
  const rows = connection
    .prepare(
      `select id from runs where contact_id = ? and state in ('active', 'held')
         and visitor_id is not ?`,
    )
    .all([contactId, visitorId]);
  stopAll(connection, rows as { id: number }[], now);
}

function stopAll(connection: Connection, runs: readonly { id: number }[], now: number): void {
  for (const { id } of runs) stopRun(connection, id, "the visitor was somebody else", now);
}
