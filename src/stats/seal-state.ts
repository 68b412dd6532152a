import type { Connection } from "../store/connection.ts";
import type { SegmentRow } from "./read-column.ts";

/** Where the events of a site are, at one moment: which in segments, which in rows. */
export interface SealState {
  /** Sessions up to this id are sealed, but for those in `unsealed`. */
  readonly sealedSession: number;
  /** For sessions up to that one: the first event that is told of by its row. */
  readonly unsealed: ReadonlyMap<number, number>;
  /** The live ones, in order of time. */
  readonly segments: readonly SegmentRow[];
  /** By segment: sessions whose copy in it a later one has replaced. */
  readonly superseded: ReadonlyMap<number, ReadonlySet<number>>;
  /** Grows when rows were removed that are in no segment: what was read of them is void. */
  readonly erasures: number;
}

const ERASURES = "erasures";

/**
 * To be called in each transaction that removes rows that are in no segment.
 *
 * Whoever reads rows takes up only what is new, and would go on showing what is gone.
 */
export function noteErasure(connection: Connection): void {
  connection
    .prepare(
      `insert into counters (name, value) values ('${ERASURES}', 1)
       on conflict (name) do update set value = value + 1`,
    )
    .run();
}

/** The site that has most sealed events; `undefined` if none has any. */
export function largestSite(connection: Connection): number | undefined {
  const row = connection
    .prepare(
      `/* largestSite */ select site_id as siteId from segments
       join sites on sites.id = site_id and sites.removed_at is null
       where segments.state = 'live' group by site_id order by sum(events) desc limit 1`,
    )
    .get([]) as { siteId: number } | undefined;
  return row?.siteId;
}

/** The first event of a session that its row tells of; `Infinity` if all are in a segment. */
export function firstLiveEvent(state: SealState, sessionId: number): number {
  return sessionId > state.sealedSession ? 0 : (state.unsealed.get(sessionId) ?? Infinity);
}

/**
 * Reads it all in the transaction that is open.
 *
 * @param before Of the last look: what depends on the segments is read only if those changed.
 */
export function readSealState(
  connection: Connection,
  siteId: number,
  before: SealState | undefined,
): SealState {
  const { sealedSession, erasures } = connection
    .prepare(
      `/* readSealState */ select
         coalesce((select sealed_session from seals where site_id = ?), 0) as sealedSession,
         coalesce((select value from counters where name = '${ERASURES}'), 0) as erasures`,
    )
    .get([siteId]) as { sealedSession: number; erasures: number };
  const segments = readSegments(connection, siteId);
  const isSame = before !== undefined && isEqual(segments, before.segments);
  return {
    sealedSession,
    erasures,
    unsealed: readUnsealed(connection, siteId, sealedSession),
    segments: isSame ? before.segments : segments,
    superseded: isSame ? before.superseded : readSuperseded(connection, siteId),
  };
}

const isEqual = (some: readonly SegmentRow[], others: readonly SegmentRow[]): boolean =>
  some.length === others.length &&
  some.every(
    ({ id, createdAt }, index) =>
      id === others[index]!.id && createdAt === others[index]!.createdAt,
  );

function readSegments(connection: Connection, siteId: number): SegmentRow[] {
  return connection
    .prepare(
      `/* readSegments */ select id, format, from_at as fromAt, until_at as untilAt, sessions,
         events, created_at as createdAt
       from segments where site_id = ? and state = 'live' order by from_at, id`,
    )
    .all([siteId]) as SegmentRow[];
}

/** Those above the watermark are left out: all of their rows are live, whatever is noted. */
function readUnsealed(
  connection: Connection,
  siteId: number,
  sealedSession: number,
): Map<number, number> {
  const rows = connection
    .prepare(
      `/* readUnsealed */ select session_id, from_event from unsealed
       where session_id <= ? and site_id = ?`,
    )
    .raw(true)
    .all([sealedSession, siteId]) as [number, number][];
  return new Map(rows);
}

function readSuperseded(connection: Connection, siteId: number): Map<number, Set<number>> {
  const rows = connection
    .prepare(
      `/* readSuperseded */ select u.segment_id, u.session_id from segments s
       join superseded u on u.segment_id = s.id where s.site_id = ? and s.state = 'live'`,
    )
    .raw(true)
    .all([siteId]) as [number, number][];
  const found = new Map<number, Set<number>>();
  for (const [segmentId, sessionId] of rows) {
    found.set(segmentId, (found.get(segmentId) ?? new Set()).add(sessionId));
  }
  return found;
}
