import type { Block } from "./block.ts";
import { happeningsAt, type Place } from "./happenings.ts";
import type { Happening, OccurrencesQuestion } from "./question.ts";
import { createSelect, selectedEvents } from "./select.ts";
import type { SiteData } from "./site-data.ts";

/** What an export asks for. */
export type StreamQuestion = Omit<OccurrencesQuestion, "siteIds" | "limit" | "before">;

/** At most so many happenings at a time. */
export const STREAM_BATCH = 1000;

/**
 * Tells everything that happened in a period, a batch at a time.
 *
 * Block after block, in order of their beginnings; within a block in order of time, then of
 * session and place in it. Blocks overlap in time (a shard of a day's visitors is one, and late
 * events are in later ones), so that the whole is not in order of time: whoever needs that has
 * to sort. In exchange one block at a time is looked at, whatever the period; give it blocks
 * that keep no columns, or an export empties the cache of the reports.
 *
 * Nothing happens between two batches, so that the reader sets the pace.
 */
export function* streamHappenings(
  site: SiteData,
  question: StreamQuestion,
  batch = STREAM_BATCH,
): Generator<readonly Happening[], void> {
  const select = createSelect(site.facts, question);
  for (const block of site.blocks.toSorted((a, b) => a.from - b.from)) {
    const selected = select(block);
    if (!selected) continue;
    const { events, sessions } = inOrderOfTime(block, selectedEvents(block, selected));
    for (let begin = 0; begin < events.length; begin += batch) {
      const places: Place[] = [];
      for (let at = begin; at < Math.min(begin + batch, events.length); at += 1) {
        const event = events[at]!;
        places.push({ event, session: sessions[event]! });
      }
      yield happeningsAt(site, block, places);
    }
  }
}

/** The chosen events of sessions that count, by their places, and the session of each event. */
function inOrderOfTime(block: Block, chosen: Uint8Array) {
  const since = block.sessionNumbers("since");
  const offset = block.sessionNumbers("offset");
  const ids = block.sessionNumbers("session");
  const after = block.eventNumbers("after");
  const at = new Float64Array(block.events);
  const sessions = new Uint32Array(block.events);
  const events = new Uint32Array(block.events);
  let size = 0;
  for (let session = 0; session < block.sessions; session += 1) {
    for (let event = offset[session]!; event < offset[session + 1]!; event += 1) {
      at[event] = block.from + since[session]! + after[event]!;
      sessions[event] = session;
      if (chosen[event] === 0) continue;
      events[size] = event;
      size += 1;
    }
  }
  const byTime = (a: number, b: number) =>
    at[a]! - at[b]! || ids[sessions[a]!]! - ids[sessions[b]!]! || a - b;
  return { events: events.subarray(0, size).sort(byTime), sessions };
}
