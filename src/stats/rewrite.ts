import type { RawSession } from "./block.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { rawSessionsOf } from "./raw-sessions.ts";
import { firstPlace, listSegments, readSuperseded } from "./sealed-copies.ts";
import { openBlock, type Reading } from "./open-block.ts";
import type { SegmentRow } from "./read-column.ts";

/** What of segments is to be written anew. */
export interface Rewriting {
  readonly segments: readonly SegmentRow[];
  readonly without: ReadonlySet<number>;
}

/** Reads one shard of segments, but for replaced copies and the visitors to be left out. */
export function readRewriting(
  reading: Reading,
  { segments, without }: Rewriting,
  shard: number,
): RawSession[] {
  const sessions: RawSession[] = [];
  for (const segment of segments) {
    const block = openBlock(reading, segment, shard);
    if (!block) continue;
    const superseded = readSuperseded(reading, segment.id);
    const visitor = block.sessionNumbers("visitor");
    const session = block.sessionNumbers("session");
    const places: number[] = [];
    for (let place = 0; place < block.sessions; place += 1) {
      if (superseded.has(session[place]!) || without.has(visitor[place]!)) continue;
      places.push(place);
    }
    for (const each of rawSessionsOf(block, places)) sessions.push(each);
  }
  return sessions;
}

/**
 * Says which segments of a site hold any of these visitors.
 *
 * A damaged segment is named too: what is in it nobody knows, and erasing must not pass it by.
 */
export function findSegments(
  reading: Reading,
  siteId: number,
  visitorIds: readonly number[],
  shards: number,
): number[] {
  const holds = (segment: SegmentRow): boolean => {
    for (let shard = 0; shard < shards; shard += 1) {
      const wanted = visitorIds.filter((id) => id % shards === shard);
      if (wanted.length === 0) continue;
      const visitor = openBlock(reading, segment, shard)?.sessionNumbers("visitor");
      if (visitor && wanted.some((id) => visitor[firstPlace(visitor, id)] === id)) return true;
    }
    return false;
  };
  return listSegments(reading, siteId)
    .filter((segment) => {
      try {
        return holds(segment);
      } catch (error) {
        if (error instanceof DamagedSegment) return true;
        throw error;
      }
    })
    .map(({ id }) => id);
}
