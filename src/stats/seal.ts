import type { Connection } from "../store/connection.ts";
import { SHARDS, type RawSession } from "./block.ts";
import {
  OVER,
  overBounds,
  readRowTerms,
  SESSION_FACTS,
  toFacts,
  toRawSession,
  type EventRow,
  type SessionFacts,
} from "./row-sessions.ts";
import { readSeal, type Seal } from "./seal-steps.ts";

// What a sealing reads, in a worker: which sessions, and what they hold.

/** What waits of a site to be sealed. */
export interface Waiting {
  readonly siteId: number;
  /** Rows of sessions that are over, about. */
  readonly rows: number;
  /** Epoch ms; when the oldest of these sessions began. */
  readonly oldestAt: number;
}

/** Rows of one sealing: about 100 bytes each in the worker, a shard at a time. */
const MOST_ROWS = 500_000;
/** Sessions whose end is removed from `unsealed` in the one transaction that moves the watermark. */
const MOST_REOPENED = 2000;
/** Above the watermark stay the visits of the last hours, or many would be noted as unfinished. */
const SETTLED_MS = 2 * 60 * 60 * 1000;

/** Looks through the rows for what waits to be sealed, site by site. */
export function survey(connection: Connection, now: number): Waiting[] {
  return connection
    .prepare(
      `/* survey */ select s.site_id as siteId, sum(s.views + s.events) as rows,
         min(s.started_at) as oldestAt
       from sessions s left join seals w on w.site_id = s.site_id
       where (s.id > coalesce(w.sealed_session, 0) or exists (
           select 1 from unsealed u where u.session_id = s.id))
         and ${OVER}
       group by s.site_id`,
    )
    .all(overBounds(now)) as Waiting[];
}

/**
 * Chooses up to which session a site is to be sealed now.
 *
 * @param isForced Take all that is over, also visits of the last hours.
 * @returns `undefined` if there is nothing to seal.
 */
export function planSeal(
  connection: Connection,
  siteId: number,
  now: number,
  isForced: boolean,
): number | undefined {
  const { sealedSession } = readSeal(connection, siteId);
  const sessions = connection.iterate(
    `/* planSeal */ select s.id, s.started_at as startedAt, s.views + s.events as rows,
       ${OVER} as over
     from sessions s where s.id > ? and s.site_id = ? order by s.id`,
    [...overBounds(now), sealedSession, siteId],
  ) as Iterable<{
    id: number;
    startedAt: number;
    rows: number;
    over: number;
  }>;
  let upTo = sealedSession;
  let rows = 0;
  for (const session of sessions) {
    if (session.over === 0) continue;
    if (!isForced && session.startedAt > now - SETTLED_MS) continue;
    upTo = session.id;
    rows += session.rows;
    if (rows >= MOST_ROWS) break;
  }
  if (upTo > sealedSession) return upTo;
  return countReopened(connection, siteId, sealedSession, now) > 0 ? upTo : undefined;
}

const REOPENED = `from unsealed u join sessions s on s.id = u.session_id
  where u.site_id = ? and u.session_id <= ? and ${OVER}`;

function countReopened(
  connection: Connection,
  siteId: number,
  sealedSession: number,
  now: number,
): number {
  const row = connection
    .prepare(`/* countReopened */ select count(*) as count ${REOPENED}`)
    .get([siteId, sealedSession, ...overBounds(now)]) as { count: number };
  return row.count;
}

/** What is sealed of a session already. */
export interface SealedCopy {
  readonly segmentId: number;
  readonly session: RawSession;
}

/** Copies by the ids of their sessions. */
export interface SealedCopies {
  readonly found: Map<number, SealedCopy>;
  /** Sessions of which nobody can tell, since a segment is damaged. */
  readonly unknown: ReadonlySet<number>;
}

/** Finds what segments hold of sessions, all of one shard. */
export type FindCopies = (shard: number, sessions: readonly SessionFacts[]) => SealedCopies;

const NONE: SealedCopies = { found: new Map(), unknown: new Set() };

/** The part of a sealing that is read at a time. */
export interface SealShard {
  readonly sessions: readonly RawSession[];
  readonly unfinished: readonly number[];
  readonly reopened: readonly number[];
  readonly replaced: readonly SealedCopy[];
}

interface Candidate {
  readonly facts: SessionFacts;
  /** Rows before this event are sealed. */
  readonly fromEvent: number;
  /** Page views and events that its row counts, sealed or not. */
  readonly counted: number;
  readonly isReopened: boolean;
  readonly rows: EventRow[];
}

/**
 * Reads one shard of what a sealing takes, within a transaction that began after the sealing did.
 *
 * A session of which no event came before the sealing began is left for the next one.
 */
export function readSealShard(
  connection: Connection,
  seal: Seal,
  shard: number,
  now: number,
  findCopies: FindCopies,
): SealShard {
  const unfinished: number[] = [];
  const candidates = new Map<number, Candidate>();
  for (const row of readNew(connection, seal, shard, now)) {
    const { over, fromEvent, counted, ...facts } = row;
    if (over === 0) unfinished.push(facts.id);
    else candidates.set(facts.id, candidate(toFacts(facts), fromEvent, counted, false));
  }
  const reopened: SessionFacts[] = [];
  for (const row of readReopened(connection, seal, shard, now)) {
    const { over: _, fromEvent, counted, ...facts } = row;
    const found = candidate(toFacts(facts), fromEvent, counted, true);
    candidates.set(facts.id, found);
    if (fromEvent > 0) reopened.push(found.facts);
  }
  const copies = reopened.length === 0 ? NONE : findCopies(shard, reopened);
  for (const id of copies.unknown) candidates.delete(id);
  for (const row of readEvents(connection, seal, shard)) {
    const found = candidates.get(row.sessionId);
    if (found && row.id >= found.fromEvent) found.rows.push(row);
  }

  const terms = readRowTerms(connection, seal.siteId);
  const sessions: RawSession[] = [];
  for (const [id, { facts, rows, counted, isReopened }] of candidates) {
    if (!isReopened && rows.length === 0 && counted > 0) {
      unfinished.push(id);
      candidates.delete(id);
      continue;
    }
    const session = toRawSession(facts, rows, terms, copies.found.get(id)?.session.events);
    if (session) sessions.push(session);
  }
  const ended = [...candidates].filter(([, { isReopened }]) => isReopened).map(([id]) => id);
  return { sessions, unfinished, reopened: ended, replaced: [...copies.found.values()] };
}

const candidate = (
  facts: SessionFacts,
  fromEvent: number,
  counted: number,
  isReopened: boolean,
): Candidate => ({ facts, fromEvent, counted, isReopened, rows: [] });

type CandidateRow = Parameters<typeof toFacts>[0] & {
  readonly over: number;
  readonly fromEvent: number;
  readonly counted: number;
};

function readNew(connection: Connection, seal: Seal, shard: number, now: number) {
  const { siteId, sealedSession, nextSession } = seal;
  return connection.iterate(
    `/* readNew */ select ${SESSION_FACTS}, ${OVER} as over, 0 as fromEvent,
       s.views + s.events as counted
     from sessions s
     where s.id > ? and s.id <= ? and s.site_id = ? and s.visitor_id % ${SHARDS} = ?`,
    [...overBounds(now), sealedSession, nextSession, siteId, shard],
  ) as Iterable<CandidateRow>;
}

/** What came after the sealing began waits for the next one. */
function readReopened(connection: Connection, seal: Seal, shard: number, now: number) {
  const { siteId, sealedSession, nextEvent } = seal;
  return connection
    .prepare(
      `/* readReopened */ select ${SESSION_FACTS}, 1 as over, r.from_event as fromEvent,
         s.views + s.events as counted
       from (select u.session_id, u.from_event ${REOPENED} and u.from_event < ?
             order by u.session_id limit ${MOST_REOPENED}) r
       join sessions s on s.id = r.session_id
       where s.visitor_id % ${SHARDS} = ?`,
    )
    .all([siteId, sealedSession, ...overBounds(now), nextEvent, shard]) as CandidateRow[];
}

function readEvents(connection: Connection, seal: Seal, shard: number) {
  return connection.iterate(
    `/* readEvents */ select e.id, e.session_id as sessionId, e.at, e.name, e.page,
       coalesce(e.title, 0) as title, coalesce(e.host, 0) as host, e.properties
     from events e
     where e.site_id = ? and e.id < ? and e.session_id <= ? and e.visitor_id % ${SHARDS} = ?
     order by e.id`,
    [seal.siteId, seal.nextEvent, seal.nextSession, shard],
  ) as Iterable<EventRow>;
}
