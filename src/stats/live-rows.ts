import type { Connection } from "../store/connection.ts";
import { SHARDS, type Block, type RawSession } from "./block.ts";
import type { ColumnCache } from "./column-cache.ts";
import {
  SESSION_FACTS,
  toFacts,
  toRawSession,
  type EventRow,
  type RowTerms,
  type SessionFacts,
} from "./row-sessions.ts";
import { firstLiveEvent, type SealState } from "./seal-state.ts";
import { createSettled, type Settled } from "./settled.ts";

/** A session that was sealed before a late event came for it. */
export interface Reopened {
  readonly id: number;
  readonly visitorId: number;
  /** Epoch ms; what is sealed of it lies in between. */
  readonly startedAt: number;
  readonly lastAt: number;
}

/** What is sealed of such sessions, by their ids. */
export type FindSealed = (sessions: readonly Reopened[]) => ReadonlyMap<number, RawSession>;

/** The sessions of a site that rows tell of, kept up to date from look to look. */
export interface LiveRows {
  /**
   * Takes up what is new, in the transaction that is open.
   *
   * @returns The shards in which a session has changed.
   */
  takeUp(state: SealState, findSealed: FindSealed): ReadonlySet<number>;
  sessionsOf(shard: number): RawSession[];
  /** Blocks of the sessions that are not among those, since there are too many. */
  settledBlocks(shard: number): Block[];
  /** Sessions of which only late events are in rows. */
  reopened(): Reopened[];
  /** How many are kept as they are. */
  readonly rows: number;
}

export interface LiveRowsParts {
  readonly connection: Connection;
  readonly cache: ColumnCache;
  readonly siteId: number;
  readonly shards: readonly number[];
  readonly terms: RowTerms;
  /** With more rows than this, sessions settle, those first that are quiet for longest. */
  readonly mostRows: number;
}

interface LiveSession {
  facts: SessionFacts;
  readonly startedAt: number;
  /** Rows before this event are in a segment. */
  from: number;
  rows: EventRow[];
  /** What was there before the rows, sealed or settled. */
  sealed: RawSession | undefined;
  /** Made when it is asked for; most sessions do not change. */
  whole: RawSession | undefined;
}

interface Live {
  readonly sessions: Map<number, LiveSession>;
  readonly settled: Settled;
  readonly changed: Set<number>;
  rows: number;
}

export function createLiveRows(parts: LiveRowsParts): LiveRows {
  const settled = createSettled(parts.cache);
  const live: Live = { sessions: new Map(), settled, changed: new Set(), rows: 0 };
  let lastEvent = 0;
  let before: SealState | undefined;

  return {
    takeUp(state, findSealed) {
      live.changed.clear();
      if (before && hasMoved(before, state)) letGo(live, state);
      before = state;
      let rows: EventRow[];
      do {
        rows = readRows(parts, lastEvent);
        lastEvent = rows.at(-1)?.id ?? lastEvent;
        addRows(parts.connection, live, state, rows);
        if (live.rows > parts.mostRows) settle(live, parts);
      } while (rows.length === MOST_AT_ONCE);
      complete(live, findSealed);
      return live.changed;
    },
    sessionsOf(shard) {
      const found: RawSession[] = [];
      for (const session of live.sessions.values()) {
        if (session.facts.visitorId % SHARDS !== shard) continue;
        const whole = wholeOf(session, parts.terms);
        if (whole) found.push(whole);
      }
      return found;
    },
    settledBlocks: settled.blocks,
    reopened: () => [...live.sessions.values()].filter(({ from }) => from > 0).map(toReopened),
    get rows() {
      return live.rows;
    },
  };
}

const wholeOf = (session: LiveSession, terms: RowTerms): RawSession | undefined =>
  (session.whole ??= toRawSession(session.facts, session.rows, terms, session.sealed?.events));

/** Encodes half of the rows: the sessions for which nothing came for longest. */
function settle(live: Live, { shards, terms, mostRows }: LiveRowsParts): void {
  const quiet = [...live.sessions.values()]
    .filter(({ from }) => from === 0)
    .toSorted((a, b) => a.facts.lastAt - b.facts.lastAt);
  const byShard = new Map<number, RawSession[]>(shards.map((shard) => [shard, []]));
  for (const session of quiet) {
    if (live.rows <= mostRows / 2) break;
    const whole = wholeOf(session, terms);
    if (!whole) continue;
    byShard.get(whole.visitorId % SHARDS)!.push(whole);
    live.sessions.delete(whole.id);
    live.rows -= session.rows.length;
  }
  for (const [shard, sessions] of byShard) {
    if (sessions.length === 0) continue;
    live.settled.add(shard, sessions, terms.view);
    live.changed.add(shard);
  }
}

function hasMoved(before: SealState, state: SealState): boolean {
  if (before.sealedSession !== state.sealedSession) return true;
  if (before.unsealed.size !== state.unsealed.size) return true;
  for (const [id, from] of state.unsealed) if (before.unsealed.get(id) !== from) return true;
  return false;
}

/** Leaves to the segments what has been sealed since. */
function letGo(live: Live, state: SealState): void {
  live.settled.letGo((id) => firstLiveEvent(state, id) > 0);
  for (const [id, session] of live.sessions) {
    const from = firstLiveEvent(state, id);
    if (from === session.from) continue;
    const rows = session.rows.filter((row) => row.id >= from);
    live.rows += rows.length - session.rows.length;
    live.changed.add(session.facts.visitorId % SHARDS);
    if (rows.length === 0) live.sessions.delete(id);
    else Object.assign(session, { rows, from, sealed: undefined, whole: undefined });
  }
}

function addRows(
  connection: Connection,
  live: Live,
  state: SealState,
  rows: readonly EventRow[],
): void {
  const fresh = rows.filter(({ id, sessionId }) => id >= firstLiveEvent(state, sessionId));
  const missing = new Set(fresh.map(({ sessionId }) => sessionId));
  for (const id of missing) if (live.sessions.has(id)) missing.delete(id);
  for (const sealed of live.settled.takeOut(missing)) {
    const { events, ...facts } = sealed;
    const startedAt = events[0]!.at;
    live.sessions.set(facts.id, { facts, startedAt, from: 0, rows: [], sealed, whole: undefined });
    missing.delete(facts.id);
  }
  for (const { facts, startedAt } of readFacts(connection, [...missing])) {
    const from = firstLiveEvent(state, facts.id);
    const nothing = { rows: [], sealed: undefined, whole: undefined };
    live.sessions.set(facts.id, { facts, startedAt, from, ...nothing });
  }
  for (const row of fresh) {
    const session = live.sessions.get(row.sessionId);
    // Without a session it is of somebody who has just been erased.
    if (!session) continue;
    session.rows.push(row);
    session.whole = undefined;
    const { facts } = session;
    if (row.at > facts.lastAt) session.facts = { ...facts, lastAt: row.at };
    live.rows += 1;
    live.changed.add(facts.visitorId % SHARDS);
  }
}

const toReopened = ({ facts: { id, visitorId, lastAt }, startedAt }: LiveSession): Reopened => ({
  id,
  visitorId,
  startedAt,
  lastAt,
});

/** Fetches the sealed part of sessions that were reopened. */
function complete(live: Live, findSealed: FindSealed): void {
  const torn = [...live.sessions.values()].filter(({ from, sealed }) => from > 0 && !sealed);
  if (torn.length === 0) return;
  const found = findSealed(torn.map(toReopened));
  for (const session of torn) {
    session.sealed = found.get(session.facts.id);
    session.whole = undefined;
  }
}

// As lists, and only the columns needed: libSQL takes half a microsecond a value, and three times
// as long to make an object of them.
type RowList = [number, number, number, number, number, number, number, string | null];

/** So that a backlog of millions settles while it is read. */
const MOST_AT_ONCE = 50_000;

function readRows({ connection, siteId, shards }: LiveRowsParts, after: number): EventRow[] {
  const rows = connection
    .prepare(
      `/* readRows */ select id, session_id, at, name, page, coalesce(title, 0),
         coalesce(host, 0), properties
       from events where site_id = ? and id > ? and (? >> (visitor_id % ${SHARDS})) & 1
       order by id limit ${MOST_AT_ONCE}`,
    )
    .raw(true)
    .all([siteId, after, shards.reduce((bits, shard) => bits | (1 << shard), 0)]) as RowList[];
  return rows.map(([id, sessionId, at, name, page, title, host, properties]) => ({
    id,
    sessionId,
    at,
    name,
    page,
    title,
    host,
    properties,
  }));
}

function readFacts(connection: Connection, ids: readonly number[]) {
  if (ids.length === 0) return [];
  const rows = connection
    .prepare(
      `/* readFacts */ select s.started_at as startedAt, ${SESSION_FACTS}
       from json_each(?) j cross join sessions s on s.id = j.value`,
    )
    .all([JSON.stringify(ids)]) as (Parameters<typeof toFacts>[0] & { startedAt: number })[];
  return rows.map(({ startedAt, ...row }) => ({ facts: toFacts(row), startedAt }));
}
