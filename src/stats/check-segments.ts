import { connect } from "../store/connection.ts";
import { SHARDS, type Block } from "./block.ts";
import { createColumnCache } from "./column-cache.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { openBlock, type Reading } from "./open-block.ts";
import { rawSessionsOf } from "./raw-sessions.ts";
import { firstLiveEvent, readSealState, type SealState } from "./seal-state.ts";

/** A block at a time: what is decoded is not looked at again. */
const CACHE_BYTES = 8 * 1024 * 1024;

/**
 * Reads every segment of a database from end to end and holds it against what is said of it.
 *
 * @returns What is wrong, a sentence each; empty if all is well.
 */
export function checkSegments(path: string): string[] {
  const connection = connect(path, { readOnly: true });
  const reading = { connection, cache: createColumnCache(CACHE_BYTES) };
  connection.database.exec("begin");
  try {
    const sites = connection.prepare("select distinct site_id as id from segments").all() as {
      id: number;
    }[];
    return sites.flatMap(({ id }) => checkSite(reading, id));
  } finally {
    connection.database.exec("commit");
    connection.close();
  }
}

/** What segments tell of the sessions whose rows are still there. */
interface Told {
  /** A bit for each session told of, by its id. */
  readonly once: Uint8Array;
  /** Events in segments of sessions that have a row. */
  readonly events: Map<number, number>;
  twice: number;
  alsoInRows: number;
}

function checkSite(reading: Reading, siteId: number): string[] {
  const state = readSealState(reading.connection, siteId, undefined);
  const kept = readKept(reading, siteId);
  const highest = Math.max(state.sealedSession, ...kept.keys().toArray().slice(-1));
  const told: Told = {
    once: new Uint8Array((highest >>> 3) + 1),
    events: new Map(),
    twice: 0,
    alsoInRows: 0,
  };
  const problems = state.segments.flatMap((segment) => {
    try {
      return checkSegment(reading, state, segment, told, kept);
    } catch (error) {
      if (error instanceof DamagedSegment) return [error.message];
      throw error;
    }
  });
  if (told.twice > 0) problems.push(`Sessions that segments tell of twice: ${told.twice}`);
  if (told.alsoInRows > 0) {
    problems.push(`Sessions that both segments and rows tell of: ${told.alsoInRows}`);
  }
  // In a damaged segment they may be missing for that reason.
  if (problems.length === 0) problems.push(...checkCounts(reading, siteId, state, told, kept));
  return problems;
}

function checkSegment(
  reading: Reading,
  state: SealState,
  segment: SealState["segments"][number],
  told: Told,
  kept: ReadonlyMap<number, number>,
): string[] {
  const superseded = state.superseded.get(segment.id);
  const problems: string[] = [];
  let sessions = 0;
  let events = 0;
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const block = openBlock(reading, segment, shard);
    if (!block) continue;
    sessions += block.sessions;
    events += block.events;
    const where = `Segment ${segment.id}, shard ${shard}`;
    problems.push(...checkOrder(block, shard, segment).map((what) => `${where}: ${what}`));
    // Reads every column to its end.
    rawSessionsOf(block, [0]);
    const ids = block.sessionNumbers("session");
    const offset = block.sessionNumbers("offset");
    for (let place = 0; place < ids.length; place += 1) {
      const id = ids[place]!;
      if (superseded?.has(id)) continue;
      note(told, id, firstLiveEvent(state, id) === 0);
      if (kept.has(id)) told.events.set(id, offset[place + 1]! - offset[place]!);
    }
  }
  if (sessions !== segment.sessions || events !== segment.events) {
    problems.push(
      `Segment ${segment.id} holds ${sessions} sessions and ${events} events, not ` +
        `${segment.sessions} and ${segment.events}`,
    );
  }
  return problems;
}

function note(told: Told, id: number, isInRows: boolean): void {
  if (isInRows) told.alsoInRows += 1;
  const bit = 1 << (id & 7);
  if ((told.once[id >>> 3]! & bit) !== 0) told.twice += 1;
  told.once[id >>> 3]! |= bit;
}

function checkOrder(
  block: Block,
  shard: number,
  segment: { readonly fromAt: number; readonly untilAt: number },
): string[] {
  const visitor = block.sessionNumbers("visitor");
  const since = block.sessionNumbers("since");
  const offset = block.sessionNumbers("offset");
  const wrong = { visitors: 0, order: 0, events: 0 };
  for (let place = 0; place < block.sessions; place += 1) {
    if (visitor[place]! % SHARDS !== shard) wrong.visitors += 1;
    if (offset[place]! >= offset[place + 1]!) wrong.events += 1;
    if (place === 0) continue;
    const isSame = visitor[place] === visitor[place - 1];
    if (visitor[place]! < visitor[place - 1]!) wrong.order += 1;
    if (isSame && since[place]! < since[place - 1]!) wrong.order += 1;
  }
  const problems: string[] = [];
  if (wrong.visitors > 0) problems.push(`visitors of another shard: ${wrong.visitors}`);
  if (wrong.order > 0) problems.push(`sessions out of order: ${wrong.order}`);
  if (wrong.events > 0) problems.push(`sessions without events: ${wrong.events}`);
  if (offset.at(-1) !== block.events) problems.push("events that belong to no session");
  if (block.from < segment.fromAt || block.until > segment.untilAt) {
    problems.push("events outside of its time");
  }
  return problems;
}

/** Events that the rows of sealed sessions count, as long as these rows are kept. */
function readKept({ connection }: Reading, siteId: number): Map<number, number> {
  const rows = connection
    .prepare(
      `/* readKept */ select s.id, s.views + s.events as events from sessions s
       join seals w on w.site_id = s.site_id and s.id <= w.sealed_session
       where s.site_id = ? order by s.id`,
    )
    .all([siteId]) as { id: number; events: number }[];
  return new Map(rows.map(({ id, events }) => [id, events]));
}

function checkCounts(
  { connection }: Reading,
  siteId: number,
  state: SealState,
  told: Told,
  kept: ReadonlyMap<number, number>,
): string[] {
  const inRows = new Map(
    (
      connection
        .prepare(
          `/* checkCounts */ select e.session_id as id, count(*) as events
           from unsealed u join events e on e.session_id = u.session_id and e.id >= u.from_event
           where u.site_id = ?1 and e.site_id = ?1
             and e.name not in (select id from terms where site_id = ?1 and text = 'engagement')
           group by e.session_id`,
        )
        .all([siteId]) as { id: number; events: number }[]
    ).map(({ id, events }) => [id, events]),
  );
  let wrong = 0;
  for (const [id, events] of kept) {
    if (firstLiveEvent(state, id) === 0) continue;
    if ((told.events.get(id) ?? 0) + (inRows.get(id) ?? 0) !== events) wrong += 1;
  }
  return wrong === 0 ? [] : [`Sessions whose counts do not match what is sealed: ${wrong}`];
}
