import type { Connection } from "../store/connection.ts";
import { removeWhere } from "../store/remove-where.ts";
import type { Write } from "../store/writer.ts";
import { SHARDS, type Block } from "./block.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { openBlock, type Reading } from "./open-block.ts";
import type { SegmentRow } from "./read-column.ts";
import { readSealState } from "./seal-state.ts";
import { retire } from "./segment-steps.ts";
import { readSiteFacts, createTexts } from "./site-facts.ts";

// Keeping events for so many days: whole segments go, and totals of their days stay.

const DAY_MS = 24 * 60 * 60 * 1000;

/** A site whose events are kept for a time only. */
export interface Keeping {
  readonly siteId: number;
  /** Epoch ms, where a day begins in UTC; what is older goes. */
  readonly before: number;
}

/** What is left of a day. */
export interface DayTotals {
  readonly day: string;
  readonly visitors: number;
  readonly sessions: number;
  readonly views: number;
  readonly events: number;
}

export function listKeepings(connection: Connection, now: number): Keeping[] {
  const rows = connection
    .prepare(
      `/* listKeepings */ select id as siteId, keep_days as days from sites
       where keep_days is not null`,
    )
    .all() as { siteId: number; days: number }[];
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  return rows.map(({ siteId, days }) => ({ siteId, before: today - days * DAY_MS }));
}

/** Segments of which all is too old; one that reaches into the time that is kept waits. */
export function listOutdated(connection: Connection, { siteId, before }: Keeping): number[] {
  const rows = connection
    .prepare(
      `/* listOutdated */ select id from segments
       where site_id = ? and state = 'live' and until_at <= ?`,
    )
    .all([siteId, before]) as { id: number }[];
  return rows.map(({ id }) => id);
}

/**
 * Adds up the days of which these segments hold something, from all that is known of them.
 *
 * A shard at a time: visitors of a day are told apart in memory. A damaged segment is dropped like
 * others; of its days nobody can tell the totals, so they are left out.
 */
export function dayTotals(
  reading: Reading,
  siteId: number,
  segmentIds: readonly number[],
): DayTotals[] {
  const { segments, superseded } = readSealState(reading.connection, siteId, undefined);
  const going = segments.filter(({ id }) => segmentIds.includes(id));
  const from = dayOf(Math.min(...going.map(({ fromAt }) => fromAt)));
  const until = dayOf(Math.max(...going.map(({ untilAt }) => untilAt)) - 1) + 1;
  const names = readSiteFacts(reading.connection, siteId, createTexts(reading.connection));
  const untold = new Set<number>();
  const days = new Map<
    number,
    { visitors: number; sessions: number; views: number; events: number }
  >();
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const visitors = new Map<number, Set<number>>();
    for (const segment of segments) {
      if (segment.untilAt <= from * DAY_MS || segment.fromAt >= until * DAY_MS) continue;
      const block = openBlock(reading, segment, shard);
      if (!block || !isReadable(block)) {
        if (block) for (const day of daysOf(segment)) untold.add(day);
        continue;
      }
      const skip = superseded.get(segment.id);
      for (const { day, visitor, isFirst, name } of happenings(block, skip)) {
        if (day < from || day >= until || !names.counted.has(name)) continue;
        const total = days.get(day) ?? { visitors: 0, sessions: 0, views: 0, events: 0 };
        days.set(day, total);
        if (name === names.viewTerm) total.views += 1;
        else total.events += 1;
        if (isFirst(day)) total.sessions += 1;
        const own = visitors.get(day) ?? new Set();
        visitors.set(day, own.add(visitor));
      }
    }
    for (const [day, own] of visitors) days.get(day)!.visitors += own.size;
  }
  return [...days]
    .filter(([day]) => !untold.has(day))
    .map(([day, totals]) => ({ day: textOf(day), ...totals }));
}

/** Whether the columns that totals need can be read. */
function isReadable(block: Block): boolean {
  try {
    happenings(block, undefined).next();
    return true;
  } catch (error) {
    if (error instanceof DamagedSegment) return false;
    throw error;
  }
}

function* daysOf({ fromAt, untilAt }: SegmentRow) {
  for (let day = dayOf(fromAt); day <= dayOf(untilAt - 1); day += 1) yield day;
}

function* happenings(block: Block, skip: ReadonlySet<number> | undefined) {
  const visitors = block.sessionNumbers("visitor");
  const sessions = block.sessionNumbers("session");
  const since = block.sessionNumbers("since");
  const offset = block.sessionNumbers("offset");
  const after = block.eventNumbers("after");
  const { codes, terms } = block.terms("name");
  for (let place = 0; place < block.sessions; place += 1) {
    if (skip?.has(sessions[place]!)) continue;
    let lastDay = -1;
    // A session counts on each day it has a counted event of.
    const isFirst = (day: number) => day !== lastDay && ((lastDay = day), true);
    for (let at = offset[place]!; at < offset[place + 1]!; at += 1) {
      const day = dayOf(block.from + since[place]! + after[at]!);
      yield { day, visitor: visitors[place]!, isFirst, name: terms[codes[at]!]! };
    }
  }
}

const dayOf = (at: number) => Math.floor(at / DAY_MS);
const textOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);

/**
 * Ends segments that are too old, and writes down the totals of their days, in one transaction.
 *
 * A day that was written down before stays as it is: then more of it was known.
 */
export function dropSegments(
  connection: Connection,
  siteId: number,
  segmentIds: readonly number[],
  totals: readonly DayTotals[],
): void {
  const insert = connection.prepare(
    `/* dropSegments */ insert or ignore into daily_totals
       (site_id, day, visitors, sessions, views, events) values (?, ?, ?, ?, ?, ?)`,
  );
  for (const { day, visitors, sessions, views, events } of totals) {
    insert.run([siteId, day, visitors, sessions, views, events]);
  }
  retire(connection, segmentIds);
}

/** A cookieless visitor's key is good for two days, and late events come for three more. */
const LONGEST_COOKIELESS_MS = 6 * DAY_MS;

/** Removes what timelines keep of that time, and visitors that cannot come again. */
export async function dropRows(write: Write, { siteId, before }: Keeping): Promise<void> {
  await removeWhere(write, {
    table: "contact_events",
    key: "contact_id",
    where: "site_id = ? and at < ?",
    parameters: [siteId, before],
  });
  const oldest = await write((_, connection) => {
    const row = connection
      .prepare(
        "/* oldestSegment */ select min(from_at) as at from segments where site_id = ? and state = 'live'",
      )
      .get([siteId]) as { at: number | null };
    return Math.min(row.at ?? before, before);
  }, "upkeep");
  await removeWhere(write, {
    table: "visitors",
    key: "key",
    of: "site_id = ?",
    ofParameters: [siteId],
    where: `cookieless_day < ?
      and not exists (select 1 from ties t where t.visitor_id = visitors.id)
      and not exists (select 1 from sessions s where s.visitor_id = visitors.id)
      and not exists (select 1 from runs r where r.visitor_id = visitors.id)`,
    parameters: [Math.floor((oldest - LONGEST_COOKIELESS_MS) / DAY_MS)],
  });
}
