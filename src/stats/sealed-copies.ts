import type { Block } from "./block.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { rawSessionsOf } from "./raw-sessions.ts";
import { openBlock, type Reading } from "./open-block.ts";
import type { SegmentRow } from "./read-column.ts";
import type { SealedCopies } from "./seal.ts";
import type { SessionFacts } from "./row-sessions.ts";

export const SEGMENT_FACTS = `id, format, from_at as fromAt, until_at as untilAt, sessions, events,
  created_at as createdAt`;

/** The live segments of a site in order of time. */
export function listSegments({ connection }: Reading, siteId: number): SegmentRow[] {
  return connection
    .prepare(
      `/* listSegments */ select ${SEGMENT_FACTS} from segments
       where site_id = ? and state = 'live' order by from_at, id`,
    )
    .all([siteId]) as SegmentRow[];
}

/** Sessions of a segment whose copies in it count no more, since a later one took their place. */
export function readSuperseded({ connection }: Reading, segmentId: number): Set<number> {
  const rows = connection
    .prepare("/* readSuperseded */ select session_id as id from superseded where segment_id = ?")
    .all([segmentId]) as { id: number }[];
  return new Set(rows.map(({ id }) => id));
}

/**
 * Finds what segments hold of sessions, all of one shard.
 *
 * A session that may be in a damaged segment is unknown: it cannot be made whole until that is
 * repaired, and its rows must go on telling of it.
 */
export function findCopies(
  reading: Reading,
  siteId: number,
  shard: number,
  sessions: readonly SessionFacts[],
): SealedCopies {
  const missing = new Map(sessions.map(({ id, visitorId }) => [id, visitorId]));
  const found: SealedCopies["found"] = new Map();
  let isDamaged = false;
  const oldestAt = readOldest(reading, [...missing.keys()]);
  for (const segment of listSegments(reading, siteId)) {
    if (segment.untilAt <= oldestAt || missing.size === 0) continue;
    try {
      const block = openBlock(reading, segment, shard);
      if (!block) continue;
      const superseded = readSuperseded(reading, segment.id);
      const places = placesOf(block, missing).filter(({ id }) => !superseded.has(id));
      const copies = rawSessionsOf(
        block,
        places.map(({ place }) => place),
      );
      for (const session of copies) {
        found.set(session.id, { segmentId: segment.id, session });
        missing.delete(session.id);
      }
    } catch (error) {
      if (!(error instanceof DamagedSegment)) throw error;
      isDamaged = true;
    }
  }
  return { found, unknown: isDamaged ? new Set(missing.keys()) : new Set() };
}

function readOldest({ connection }: Reading, ids: readonly number[]): number {
  const row = connection
    .prepare(
      `/* readOldest */ select min(s.started_at) as at from json_each(?) j
       cross join sessions s on s.id = j.value`,
    )
    .get([JSON.stringify(ids)]) as { at: number | null };
  return row.at ?? 0;
}

/** Where sessions stand in a block, by their ids and visitors. */
function placesOf(block: Block, wanted: ReadonlyMap<number, number>) {
  const visitors = block.sessionNumbers("visitor");
  // Only where the visitor is there: ids are not ready at hand.
  let sessions: Uint32Array | undefined;
  const places: { readonly id: number; readonly place: number }[] = [];
  for (const [id, visitorId] of wanted) {
    for (let place = firstPlace(visitors, visitorId); visitors[place] === visitorId; place += 1) {
      sessions ??= block.sessionNumbers("session");
      if (sessions[place] === id) places.push({ id, place });
    }
  }
  return places.toSorted((a, b) => a.place - b.place);
}

/** The first place of a visitor, or where it would be. */
export function firstPlace(visitors: Uint32Array, visitorId: number): number {
  let from = 0;
  let until = visitors.length;
  while (from < until) {
    const middle = (from + until) >>> 1;
    if (visitors[middle]! < visitorId) from = middle + 1;
    else until = middle;
  }
  return from;
}
