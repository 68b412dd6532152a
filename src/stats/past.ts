import { SHARDS } from "./block.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import type { Reading } from "./open-block.ts";
import { openBlock } from "./open-block.ts";
import { rawSessionsOf } from "./raw-sessions.ts";
import { readRowTerms } from "./row-sessions.ts";
import { firstLiveEvent, readSealState, type SealState } from "./seal-state.ts";
import { firstPlace } from "./sealed-copies.ts";

/** What a visitor did, asked for when somebody turns out to be known. */
export interface PastQuestion {
  readonly siteId: number;
  readonly visitorId: number;
  /** Epoch ms, inclusive. */
  readonly from: number;
  /** Of what is sealed only what is earlier than this; the rest is there already. */
  readonly sealedBefore: number;
  readonly limit: number;
}

export interface PastEvent {
  /** Of a sealed event negative, made of its session and its place there. */
  readonly id: number;
  readonly at: number;
  readonly name: string;
  readonly page: string;
  /** JSON. */
  readonly properties: string | null;
}

interface Found extends Omit<PastEvent, "name" | "page"> {
  readonly name: number;
  readonly page: number;
}

/** Ids of sessions have 32 bits, and what is left of a safe integer is for the place. */
const PLACES = 2 ** 20;

/** Finds what a visitor did, sealed and not, newest first; how long pages were looked at left out. */
export function readPast(reading: Reading, question: PastQuestion): PastEvent[] {
  const state = readSealState(reading.connection, question.siteId, undefined);
  const found = [
    ...readSealed(reading, state, question),
    ...readLive(reading, state, question),
  ].toSorted((a, b) => b.at - a.at || b.id - a.id);
  const textOf = reading.connection.prepare("select text from terms where id = ?");
  const text = (id: number) => (textOf.get([id]) as { text: string } | undefined)?.text ?? "";
  return found
    .slice(0, question.limit)
    .map((event) => ({ ...event, name: text(event.name), page: text(event.page) }));
}

function readSealed(reading: Reading, state: SealState, question: PastQuestion): Found[] {
  const { visitorId, from, sealedBefore } = question;
  const found: Found[] = [];
  for (const segment of state.segments) {
    if (segment.untilAt <= from || segment.fromAt >= sealedBefore) continue;
    try {
      const block = openBlock(reading, segment, visitorId % SHARDS);
      if (!block) continue;
      const visitors = block.sessionNumbers("visitor");
      const places: number[] = [];
      let place = firstPlace(visitors, visitorId);
      for (; visitors[place] === visitorId; place += 1) places.push(place);
      for (const session of rawSessionsOf(block, places)) {
        if (state.superseded.get(segment.id)?.has(session.id)) continue;
        for (const [index, { at, name, page, properties }] of session.events.entries()) {
          if (at < from || at >= sealedBefore) continue;
          const id = index - session.id * PLACES;
          found.push({ id, at, name, page, properties: toJson(properties) });
        }
      }
    } catch (error) {
      // What cannot be read is missing from a timeline; reports say why.
      if (!(error instanceof DamagedSegment)) throw error;
    }
  }
  return found;
}

const toJson = (properties: object | undefined) =>
  properties === undefined ? null : JSON.stringify(properties);

function readLive({ connection }: Reading, state: SealState, question: PastQuestion): Found[] {
  const { siteId, visitorId, from } = question;
  const { engagement } = readRowTerms(connection, siteId);
  const rows = connection
    .prepare(
      `/* readLive */ select e.id, e.at, e.name, e.page, e.properties, e.session_id as sessionId
       from events e where e.site_id = ? and e.visitor_id = ? and e.at >= ? and e.name <> ?`,
    )
    .all([siteId, visitorId, from, engagement]) as (Found & { sessionId: number })[];
  return rows
    .filter(({ id, sessionId }) => id >= firstLiveEvent(state, sessionId))
    .map(({ id, at, name, page, properties }) => ({ id, at, name, page, properties }));
}
