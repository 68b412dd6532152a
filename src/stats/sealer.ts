import { createOneAtATime } from "../lib/one-at-a-time.ts";
import type { Log } from "../lib/log.ts";
import type { Connection } from "../store/connection.ts";
import { giveBackFreePages } from "../store/free-pages.ts";
import type { Write } from "../store/writer.ts";
import { removeRowsOf } from "./erase.ts";
import { chooseMerge, listMergeable } from "./merge.ts";
import { dropRows, dropSegments, listKeepings, listOutdated, type Keeping } from "./keep.ts";
import type { PastEvent, PastQuestion } from "./past.ts";
import type { Waiting } from "./seal.ts";
import {
  beginSeal,
  finishSeal,
  noteUnfinished,
  removeSealedEvents,
  removeSealedSessions,
  type Seal,
} from "./seal-steps.ts";
import { createSealHelper, SealHelperError } from "./seal-helper.ts";
import { createSegmentBuilder } from "./segment-builder.ts";
import { listSegmentIds, removeSegment, retire } from "./segment-steps.ts";
import type { RewriteOrder } from "./seal-order.ts";

/** Turns rows into segments, and keeps the segments few, in the background. */
export interface Sealer {
  /** Removes what an unfinished work left, and looks from then on for what is to be done. */
  start(): void;
  /** Ends the work under way where it stands; the next start goes on. */
  stop(): Promise<void>;
  /** Events were stored: sooner or later they are to be sealed. */
  recorded(events: number): void;
  /** Seals all of a site that is over, however little. */
  sealNow(siteId: number): Promise<void>;
  /** Merges the segments of a site that should be. */
  mergeNow(siteId: number): Promise<void>;
  /**
   * Removes all that rows and segments of a site hold of visitors.
   *
   * Ingest must have let go of them before. When the promise resolves, no column is left that
   * held them.
   *
   * @throws {Error} if a segment that may hold them cannot be read.
   */
  eraseVisitors(siteId: number, visitorIds: readonly number[]): Promise<void>;
  /** Finds what a visitor did, sealed and not. */
  readPast(question: PastQuestion): Promise<readonly PastEvent[]>;
  /** Looks for what is to be done, and does it; for tests. */
  turn(): Promise<void>;
}

export interface SealerParts {
  readonly path: string;
  readonly write: Write;
  readonly now: () => number;
  readonly log: Log;
  /** Tells ingest, inside the transaction that begins a sealing, up to which session it goes. */
  readonly onSealing: (siteId: number, sessionId: number) => void;
  /** Whether somebody still reads segments that may have been replaced. */
  readonly isPinned?: () => boolean;
  /** Called at each named point; a test records something there, or ends the process. */
  readonly at?: (point: SealPoint) => void | Promise<void>;
}

export type SealPoint =
  | `${"seal" | "merge" | "erase"}: ${"columns" | "written" | "switched" | "removing"}`
  | "seal: noted"
  | "erase: rows"
  | "seal: unfinished noted";

/** An idle process keeps tens of megabytes. */
const IDLE_MS = 3000;
const LOOK_EVERY_MS = 60_000;
/** Looking through the rows starts a process: not more often, while little came. */
const SURVEY_EVERY_MS = 10 * 60_000;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Rows that wait, to be sealed at once. */
const MANY_ROWS = 100_000;
/** After a day it takes this many: a segment for a handful of rows costs more than it gives. */
const FEW_ROWS = 2000;
/** After which any number does. */
const LONG_MS = 7 * DAY_MS;
/** Who reads a segment that was replaced has this long to end. */
const GRACE_MS = 60_000;
const LONGEST_PIN_MS = 10 * 60_000;
const PIN_LOOK_MS = 200;

/** Whether it is time to seal what waits of a site. */
export function isDue({ rows, oldestAt }: Waiting, now: number): boolean {
  if (rows >= MANY_ROWS) return true;
  const ageMs = now - oldestAt;
  return ageMs > LONG_MS || (ageMs > DAY_MS && rows >= FEW_ROWS);
}

export function createSealer(parts: SealerParts): Sealer {
  const { path, now, log, onSealing, isPinned = () => false, at = () => {} } = parts;
  const helper = createSealHelper(path);
  const queue = createOneAtATime();
  const retired = new Map<number, number>();
  const damaged = new Set<number>();
  let stopped = false;
  let recordedEvents = 1;
  let surveyedAt = -Infinity;
  let tidiedAt = -Infinity;
  let timer: ReturnType<typeof setInterval> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;

  const write: Write = (change, priority = "upkeep") =>
    stopped
      ? Promise.reject(new SealHelperError("Sealing was stopped"))
      : parts.write(change, priority);

  /** One work after the other; the process ends when there was none for a while. */
  const alone = <T>(work: () => Promise<T>): Promise<T> =>
    queue.run(async () => {
      clearTimeout(idle);
      // What waited must not start the process again.
      if (stopped) throw new SealHelperError("Sealing was stopped");
      try {
        return await work();
      } finally {
        if (queue.size() === 1) idle = setTimeout(helper.end, IDLE_MS);
        idle?.unref();
      }
    });

  const { build, switchTo, orRemove } = createSegmentBuilder({
    write,
    helper,
    now,
    isStopped: () => stopped,
    at,
  });

  const sealOnce = async (siteId: number, isForced: boolean): Promise<boolean> => {
    const upTo = await helper.ask({ do: "plan", siteId, now: now(), isForced });
    if (upTo === undefined) return false;
    const seal: Seal = await beginSeal(write, siteId, upTo, onSealing);
    await at("seal: noted");
    const { segmentId, answer } = await build({ do: "seal", seal, now: now() }, "seal");
    await orRemove(segmentId, async () => {
      await noteUnfinished(write, seal, answer.unfinished);
      await at("seal: unfinished noted");
      await switchTo(segmentId, answer.totals, "seal", (connection) =>
        finishSeal(connection, seal, answer),
      );
    });
    await removeSealedEvents(write, siteId, () => void at("seal: removing"));
    return answer.totals.sessions > 0 || seal.nextSession > seal.sealedSession;
  };

  const seal = async (siteId: number, isForced: boolean) => {
    while (await sealOnce(siteId, isForced));
  };

  const mergeOnce = async (siteId: number): Promise<boolean> => {
    const segments = await write((_, connection) => listMergeable(connection, siteId));
    const segmentIds = chooseMerge(segments.filter(({ id }) => !damaged.has(id)));
    if (segmentIds.length === 0) return false;
    const order: RewriteOrder = { do: "rewrite", siteId, segmentIds, without: [] };
    try {
      const { segmentId, answer } = await build(order, "merge");
      await orRemove(segmentId, () =>
        switchTo(segmentId, answer.totals, "merge", (connection) => retire(connection, segmentIds)),
      );
    } catch (error) {
      if (!(error instanceof SealHelperError) || error.segmentId === undefined) throw error;
      damaged.add(error.segmentId);
      log.error("a segment cannot be merged", error);
      return true;
    }
    for (const id of segmentIds) retired.set(id, now() + GRACE_MS);
    return true;
  };

  const merge = async (siteId: number) => {
    while (await mergeOnce(siteId));
  };

  const erase = async (siteId: number, visitorIds: readonly number[]) => {
    await removeRowsOf(write, siteId, visitorIds);
    await at("erase: rows");
    // One for all of it: exports that follow each other must not hold it up for ever.
    const deadline = performance.now() + LONGEST_PIN_MS;
    const found = await helper.ask({ do: "find", siteId, visitorIds });
    for (const id of found) {
      const order: RewriteOrder = { do: "rewrite", siteId, segmentIds: [id], without: visitorIds };
      const { segmentId, answer } = await build(order, "erase");
      await orRemove(segmentId, () =>
        switchTo(segmentId, answer.totals, "erase", (connection) => retire(connection, [id])),
      );
      await untilUnpinned(deadline);
      await removeSegment(write, id, () => void at("erase: removing"));
    }
    await untilUnpinned(deadline);
    // Segments merged a moment ago still hold them, until their grace is over.
    await removeRetired(siteId);
  };

  /** An export that runs ends before what it reads is removed, unless that takes too long. */
  const untilUnpinned = async (deadline: number) => {
    while (isPinned() && !stopped && performance.now() < deadline) await Bun.sleep(PIN_LOOK_MS);
  };

  /** @param siteId Those of one site, at once; otherwise those whose time has come. */
  const removeRetired = async (siteId?: number) => {
    const pinned = siteId === undefined && isPinned();
    const dead = await write((_, connection) => listSegmentIds(connection, "dead", siteId));
    for (const id of dead) {
      const until = (retired.get(id) ?? 0) + (pinned ? LONGEST_PIN_MS : 0);
      if (siteId === undefined && until > now()) continue;
      await removeSegment(write, id, () => void at("merge: removing"));
      retired.delete(id);
    }
  };

  /** Lets go of what a site keeps no longer. */
  const keep = async (keeping: Keeping) => {
    const { siteId } = keeping;
    const segmentIds = await write((_, connection) => listOutdated(connection, keeping));
    try {
      if (segmentIds.length > 0) {
        const totals = await helper.ask({ do: "totals", siteId, segmentIds });
        await write((_, connection) => dropSegments(connection, siteId, segmentIds, totals));
        for (const id of segmentIds) retired.set(id, now() + GRACE_MS);
      }
    } finally {
      // Whatever is wrong with the segments, rows do not stay for it.
      await dropRows(write, keeping);
    }
  };

  /** What the last process left: segments it did not finish, and rows it did not remove. */
  const recover = async () => {
    const building = await write((_, connection) => listSegmentIds(connection, "building"));
    for (const id of building) await removeSegment(write, id);
    for (const siteId of await write((_, connection) => listSealedSites(connection))) {
      await removeSealedEvents(write, siteId);
    }
  };

  /** What fails for one site, such as on a damaged segment, must not keep others from their turn. */
  const apart = (what: string, work: () => Promise<void>) =>
    work().catch((error) => {
      if (stopped) throw error;
      log.error(`${what} failed`, error);
    });

  const look = async () => {
    await removeRetired();
    if (now() - tidiedAt >= HOUR_MS) {
      await removeSealedSessions(write, now());
      for (const keeping of await write((_, connection) => listKeepings(connection, now()))) {
        await apart(`dropping what site ${keeping.siteId} keeps no longer`, () => keep(keeping));
      }
      await apart("giving free pages back", () => giveBackFreePages(write));
      tidiedAt = now();
    }
    const isTime = recordedEvents >= MANY_ROWS || now() - surveyedAt >= SURVEY_EVERY_MS;
    if (recordedEvents === 0 || !isTime) return;
    const seen = recordedEvents;
    const surveyed = await helper.ask({ do: "survey", now: now() });
    recordedEvents -= seen;
    surveyedAt = now();
    for (const waiting of surveyed) {
      if (!isDue(waiting, now())) continue;
      await apart(`sealing site ${waiting.siteId}`, async () => {
        await seal(waiting.siteId, false);
        await merge(waiting.siteId);
      });
    }
  };

  const logged = (what: string, work: () => Promise<void>) =>
    alone(work).catch((error) => {
      if (!stopped) log.error(`${what} failed`, error);
    });

  return {
    start() {
      void logged("clearing up after a stop", recover);
      timer = setInterval(() => {
        if (queue.size() === 0) void logged("sealing", look);
      }, LOOK_EVERY_MS);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      stopped = true;
      await helper.end();
      await queue.idle();
      clearTimeout(idle);
      await helper.end();
    },
    recorded(events) {
      recordedEvents += events;
    },
    sealNow: (siteId) => alone(() => seal(siteId, true)),
    mergeNow: (siteId) => alone(() => merge(siteId)),
    eraseVisitors: (siteId, visitorIds) => alone(() => erase(siteId, visitorIds)),
    readPast: (question) => alone(() => helper.ask({ do: "past", question })),
    turn: () => alone(look),
  };
}

function listSealedSites(connection: Connection): number[] {
  const rows = connection.prepare("/* listSealedSites */ select site_id as id from seals").all();
  return (rows as { id: number }[]).map(({ id }) => id);
}
