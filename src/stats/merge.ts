import type { Connection } from "../store/connection.ts";

/** A live segment, as far as it decides whether to merge it. */
export interface Mergeable {
  readonly id: number;
  readonly events: number;
  readonly sessions: number;
  /** Copies in it that a later segment has replaced. */
  readonly superseded: number;
}

/** Above this a segment gains nothing by growing, and rewriting it takes long. */
const MOST_EVENTS = 1_000_000;
/** A merge makes the largest of its segments at least this much larger. */
const GROWTH = 2;
/** From this part of replaced copies on, a segment is written anew without them. */
const MOST_SUPERSEDED = 0.1;

/**
 * Chooses neighbours in time to make one segment of, the most that grow by it.
 *
 * A run is merged when it at least doubles its largest: so an event is rewritten once for each
 * doubling of the segment it is in, about log n times, however the sizes lie.
 *
 * @param segments In order of time.
 * @returns Ids in order of time, one if it is only to be cleaned; empty if all is well.
 */
export function chooseMerge(segments: readonly Mergeable[]): number[] {
  const wasteful = segments.find(
    ({ sessions, superseded }) => superseded > sessions * MOST_SUPERSEDED,
  );
  let best: readonly Mergeable[] = [];
  for (let first = 0; first < segments.length; first += 1) {
    const run = longestRun(segments, first);
    if (run.length > best.length) best = run;
  }
  if (best.length > 1) return best.map(({ id }) => id);
  return wasteful ? [wasteful.id] : [];
}

function longestRun(segments: readonly Mergeable[], first: number): readonly Mergeable[] {
  let events = 0;
  let largest = 0;
  let fitting: readonly Mergeable[] = [];
  for (let last = first; last < segments.length; last += 1) {
    events += segments[last]!.events;
    largest = Math.max(largest, segments[last]!.events);
    if (events > MOST_EVENTS) break;
    if (last > first && events >= largest * GROWTH) fitting = segments.slice(first, last + 1);
  }
  return fitting;
}

/** The live segments of a site in order of time. */
export function listMergeable(connection: Connection, siteId: number): Mergeable[] {
  return connection
    .prepare(
      `/* listMergeable */ select id, events, sessions, (
         select count(*) from superseded u where u.segment_id = segments.id) as superseded
       from segments where site_id = ? and state = 'live' order by from_at, id`,
    )
    .all([siteId]) as Mergeable[];
}
