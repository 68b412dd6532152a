import type { Connection } from "../store/connection.ts";
import { inSlices } from "../store/slices.ts";
import type { Write } from "../store/writer.ts";

// What the writer does of a sealing. The rules are those of the tables in `0005_segments.sql`:
// rows of a session tell of it while it is above the watermark, or in `unsealed`.

/** A sealing under way. */
export interface Seal {
  readonly siteId: number;
  /** Sessions up to this one were sealed before. */
  readonly sealedSession: number;
  /** Sessions up to this one will be. */
  readonly nextSession: number;
  /** The first event that this sealing leaves out. */
  readonly nextEvent: number;
}

/** A copy of a session in a segment. */
export interface Copy {
  readonly segmentId: number;
  readonly sessionId: number;
}

/** What the worker found out while it read. */
export interface Sealed {
  /** Above the old watermark, but not over: their rows go on to tell of them. */
  readonly unfinished: readonly number[];
  /** Sealed now, with rows that told of them although they were below the watermark. */
  readonly reopened: readonly number[];
  /** Their copies in earlier segments. */
  readonly replaced: readonly Copy[];
}

/**
 * Begins a sealing: from this transaction on ingest notes what comes for its sessions.
 *
 * @param onSealing Tells ingest, inside the transaction, so that nothing comes in between.
 */
export async function beginSeal(
  write: Write,
  siteId: number,
  upTo: number,
  onSealing: (siteId: number, sessionId: number) => void,
): Promise<Seal> {
  await removeLeftNotes(write, siteId);
  return write((_, connection) => {
    const before = readSeal(connection, siteId);
    const nextSession = Math.max(upTo, before.sealedSession);
    const nextEvent = Math.max(before.nextEvent, highestEvent(connection, siteId) + 1);
    connection
      .prepare("delete from unsealed where site_id = ? and session_id > ?")
      .run([siteId, before.sealedSession]);
    connection
      .prepare(
        `/* beginSeal */ insert into seals (site_id, next_session, next_event) values (?, ?, ?)
         on conflict (site_id) do update set
           next_session = excluded.next_session, next_event = excluded.next_event`,
      )
      .run([siteId, nextSession, nextEvent]);
    onSealing(siteId, nextSession);
    return { siteId, sealedSession: before.sealedSession, nextSession, nextEvent };
  }, "upkeep");
}

/** What a sealing that did not finish noted: all rows of those sessions tell of them anyway. */
function removeLeftNotes(write: Write, siteId: number): Promise<void> {
  return inSlices(write, 0, (connection, from, rows) => {
    const { sealedSession } = readSeal(connection, siteId);
    const { changes } = connection
      .prepare(
        `delete from unsealed where session_id in (
           select session_id from unsealed where site_id = ? and session_id > ? limit ?)`,
      )
      .run([siteId, sealedSession, rows]);
    return changes < rows ? undefined : from;
  });
}

/**
 * Notes the sessions that had not ended, in slices: until the watermark passes, it says nothing
 * that would not hold without it.
 */
export function noteUnfinished(
  write: Write,
  { siteId }: Seal,
  unfinished: readonly number[],
): Promise<void> {
  return inSlices(write, 0, (connection, from, rows) => {
    if (from >= unfinished.length) return undefined;
    connection
      .prepare(
        `/* noteUnfinished */ insert into unsealed (session_id, site_id, from_event, last_event)
         select value, ?, 0, 0 from json_each(?) where true
         on conflict (session_id) do update set from_event = 0`,
      )
      .run([siteId, JSON.stringify(unfinished.slice(from, from + rows))]);
    return from + rows;
  });
}

/** Moves the watermark, inside the transaction that brings the segment to life. */
export function finishSeal(connection: Connection, seal: Seal, sealed: Sealed): void {
  const { siteId, nextSession, nextEvent } = seal;
  connection
    .prepare("update seals set sealed_session = ? where site_id = ?")
    .run([nextSession, siteId]);
  const reopened = JSON.stringify(sealed.reopened);
  connection
    .prepare(
      `/* finishSeal */ delete from unsealed
       where session_id in (select value from json_each(?)) and last_event < ?`,
    )
    .run([reopened, nextEvent]);
  // What came meanwhile reopens them at once.
  connection
    .prepare(
      `/* finishSeal */ update unsealed set from_event = ?
       where session_id in (select value from json_each(?))`,
    )
    .run([nextEvent, reopened]);
  connection
    .prepare(
      `/* finishSeal */ insert or ignore into superseded (segment_id, session_id)
       select value ->> 0, value ->> 1 from json_each(?)`,
    )
    .run([JSON.stringify(sealed.replaced.map((copy) => [copy.segmentId, copy.sessionId]))]);
}

/**
 * Removes the rows of events that segments tell of by now.
 *
 * Those that came after the last sealing began are not even looked at: none of them is sealed.
 */
export function removeSealedEvents(
  write: Write,
  siteId: number,
  between: () => void = () => {},
): Promise<void> {
  return inSlices(write, 0, (connection, from, rows) => {
    if (from > 0) between();
    const { sealedSession, nextEvent } = readSeal(connection, siteId);
    const last = connection
      .prepare(
        `/* removeSealedEvents */ select max(id) as id, count(*) as count from (
           select id from events where site_id = ? and id > ? and id < ? order by id limit ?)`,
      )
      .get([siteId, from, nextEvent, rows]) as { id: number | null; count: number };
    if (last.id === null) return undefined;
    connection
      .prepare(
        `/* removeSealedEvents */ delete from events
         where site_id = ? and id > ? and id <= ? and session_id <= ? and not exists (
           select 1 from unsealed u where u.session_id = events.session_id
             and events.id >= u.from_event)`,
      )
      .run([siteId, from, last.id, sealedSession]);
    return last.count < rows ? undefined : last.id;
  });
}

/** An event may come for a session for 3 days, and its rows must be found until then. */
const KEEP_SESSIONS_MS = 4 * 24 * 60 * 60 * 1000;

/**
 * Removes the rows of sessions that are sealed and too old to go on.
 *
 * Only after `removeSealedEvents` has been through all sites: an event's row needs its session's.
 */
export function removeSealedSessions(write: Write, now: number): Promise<void> {
  return inSlices(write, 0, (connection, from, rows) => {
    const last = connection
      .prepare(
        `/* removeSealedSessions */ select max(id) as id, count(*) as count from (
           select id from sessions where id > ? order by id limit ?)`,
      )
      .get([from, rows]) as { id: number | null; count: number };
    if (last.id === null) return undefined;
    connection
      .prepare(
        `/* removeSealedSessions */ delete from sessions
         where id > ? and id <= ? and last_at < ?
           and id <= (select sealed_session from seals w where w.site_id = sessions.site_id)
           and not exists (select 1 from unsealed u where u.session_id = sessions.id)`,
      )
      .run([from, last.id, now - KEEP_SESSIONS_MS]);
    return last.count < rows ? undefined : last.id;
  });
}

export function readSeal(connection: Connection, siteId: number): Omit<Seal, "siteId"> {
  const row = connection
    .prepare(
      `/* readSeal */ select sealed_session as sealedSession, next_session as nextSession,
         next_event as nextEvent from seals where site_id = ?`,
    )
    .get([siteId]) as Omit<Seal, "siteId"> | undefined;
  return row ?? { sealedSession: 0, nextSession: 0, nextEvent: 0 };
}

function highestEvent(connection: Connection, siteId: number): number {
  const row = connection
    .prepare("select max(id) as id from events where site_id = ?")
    .get([siteId]) as { id: number | null };
  return row.id ?? 0;
}
