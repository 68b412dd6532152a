import { CARD_METRICS } from "./address.ts";
import type { Block } from "./block.ts";
import { createCuts } from "./cuts.ts";
import { figures } from "./figures.ts";
import type { Question, Stretch } from "./question.ts";
import { makeReady, readyBytes } from "./rooms.ts";
import type { SiteData } from "./site-data.ts";

/** With fewer events a question is answered at once, ready or not. */
const FEW_EVENTS = 100_000;
/** The second time loops are known to be worth compiling. */
const ROUNDS = 2;

/**
 * Gets a thread that was just started ready for the questions of a page, while nobody waits: makes
 * room for columns, and asks itself what pages ask, of the newest events only, so that the loops
 * are compiled. Without it the overview of 10 million events takes twice as long the first time.
 *
 * @param site The one with most events, as this thread holds it.
 * @param freeBytes What may be kept of columns besides those that are.
 */
export function* getReady(site: SiteData, freeBytes: () => number): Generator<undefined, void> {
  const newest = site.blocks.filter(({ events }) => events > 0).toReversed();
  if (newest.reduce((sum, { events }) => sum + events, 0) < FEW_EVENTS) return;
  yield* makeRooms(newest, freeBytes);
  const some = newest.slice(0, newest.findIndex((_, at) => eventsOf(newest, at) >= FEW_EVENTS) + 1);
  const blocks = some.toReversed();
  const period = {
    from: Math.min(...blocks.map(({ from }) => from)),
    until: Math.max(...blocks.map(({ until }) => until)),
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const question of questionsOf(site.siteId, period)) {
      yield* figures.part({ ...site, blocks, cuts: createCuts(0) }, question);
    }
  }
}

const eventsOf = (blocks: readonly Block[], until: number): number =>
  blocks.slice(0, until + 1).reduce((sum, { events }) => sum + events, 0);

/** Bytes a session, and an event, of the columns that pages ask for. */
const OF_SESSIONS = [4, 4, 4, 4, 2, 1, 1, 1, 1, 1];
const OF_EVENTS = [2, 1, 2];

function* makeRooms(blocks: readonly Block[], freeBytes: () => number): Generator<undefined, void> {
  for (const { sessions, events } of blocks) {
    const sizes = [
      ...OF_SESSIONS.map((width) => width * sessions),
      ...OF_EVENTS.map((width) => width * events),
    ];
    for (const size of sizes) {
      if (size > freeBytes() - readyBytes()) return;
      makeReady(size);
    }
    yield;
  }
}

/** What the overview asks, and lists beside it. */
function questionsOf(siteId: number, period: Stretch): readonly Question[] {
  const base = { siteIds: [siteId], zone: "UTC", period } as const;
  const days: number[] = [];
  for (let at = period.from; at < period.until; at += 24 * 60 * 60 * 1000) days.push(at);
  return [
    { ...base, metrics: CARD_METRICS },
    { ...base, metrics: ["visitors"], by: ["time"], buckets: days },
    { ...base, metrics: ["visitors", "views"], by: ["page"] },
    { ...base, metrics: ["visitors"], by: ["source"] },
    { ...base, metrics: ["visitors", "events"], by: ["event"] },
  ];
}
