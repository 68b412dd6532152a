import { openHelperChannel } from "../lib/helper.ts";
import { createOneAtATime } from "../lib/one-at-a-time.ts";
import { lowerPriority, standBack } from "../lib/low-priority.ts";
import { connect } from "../store/connection.ts";
import { LOG_BYTES, logSize } from "../store/log-size.ts";
import { SHARDS, type RawSession } from "./block.ts";
import { createColumnCache } from "./column-cache.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { dayTotals } from "./keep.ts";
import { makeBlock } from "./make-block.ts";
import type { Reading } from "./open-block.ts";
import { readPast } from "./past.ts";
import { findSegments, readRewriting } from "./rewrite.ts";
import { readRowTerms } from "./row-sessions.ts";
import { planSeal, readSealShard, survey } from "./seal.ts";
import type {
  Asked,
  RewriteOrder,
  SealerAnswers,
  SealerOrder,
  SealerReply,
  SealOrder,
} from "./seal-order.ts";
import { findCopies, listSegments } from "./sealed-copies.ts";
import { encodeBlock, FORMAT } from "./segment.ts";
import type { SegmentTotals, ShippedColumn } from "./segment-steps.ts";

/** Columns are read once; what is looked at twice are those of visitors and sessions. */
const CACHE_BYTES = 16 * 1024 * 1024;
const LOG_LOOK_MS = 100;
/** By then the log was begun anew, or it is held by somebody who takes longer. */
const LONGEST_PAUSE_MS = 3000;

/** What the process works with. */
interface Workplace extends Reading {
  readonly path: string;
}

/** Reads and encodes in a process of its own: the other end of `seal-helper.ts`. */
export function serveSealing(): void {
  const channel = openHelperChannel();
  let reading: Workplace | undefined;
  const open = ({ path, standsBack }: Asked): Workplace => {
    // Whoever waits for an event to be stored, or for a figure, goes first.
    lowerPriority();
    if (standsBack) standBack();
    return {
      path,
      connection: connect(path, { readOnly: true, cacheBytes: CACHE_BYTES }),
      cache: createColumnCache(CACHE_BYTES),
    };
  };
  const answer = async (asked: Asked) => {
    const { id, order } = asked;
    const send = (reply: SealerReply) => channel.send(reply);
    try {
      reading ??= open(asked);
      const ship: Ship = (columns) => send({ id, columns });
      await send({ id, answer: await workOut(reading, order, ship) });
    } catch (error) {
      const segmentId = error instanceof DamagedSegment ? error.segmentId : undefined;
      await send({ id, error: String(error), segmentId });
    }
  };
  // One after the other: they read in transactions, and there is one connection.
  const queue = createOneAtATime();
  channel.onMessage((message) => void queue.run(() => answer(message as Asked)));
}

/** Hands over columns, and waits until they have left. */
type Ship = (columns: ShippedColumn[]) => Promise<void>;

/**
 * Reads what is of one moment.
 *
 * For as long as that takes the log cannot be begun anew, and beside 8,000 events a second it
 * grows by 70 MB a second: a shard is read at once, and put together when it has been.
 */
function inSnapshot<T>({ connection: { database } }: Reading, read: () => T): T {
  database.exec("begin");
  try {
    return read();
  } finally {
    database.exec("commit");
  }
}

type Answered = SealerAnswers[SealerOrder["do"]];

async function workOut(from: Workplace, order: SealerOrder, ship: Ship): Promise<Answered> {
  if (order.do === "seal") return seal(from, order, ship);
  if (order.do === "rewrite") return rewrite(from, order, ship);
  return inSnapshot(from, () => lookUp(from, order));
}

function lookUp(from: Reading, order: Exclude<SealerOrder, SealOrder | RewriteOrder>): Answered {
  switch (order.do) {
    case "survey":
      return survey(from.connection, order.now);
    case "plan":
      return planSeal(from.connection, order.siteId, order.now, order.isForced);
    case "find":
      return findSegments(from, order.siteId, order.visitorIds, SHARDS);
    case "past":
      return readPast(from, order.question);
    case "totals":
      return dayTotals(from, order.siteId, order.segmentIds);
  }
}

async function seal(from: Workplace, order: SealOrder, ship: Ship): Promise<SealerAnswers["seal"]> {
  const { siteId } = order.seal;
  const unfinished: number[] = [];
  const reopened: number[] = [];
  const replaced: { segmentId: number; sessionId: number }[] = [];
  const totals = await encodeShards(from, siteId, ship, (shard) => {
    const read = readSealShard(from.connection, order.seal, shard, order.now, (of, sessions) =>
      findCopies(from, siteId, of, sessions),
    );
    for (const id of read.unfinished) unfinished.push(id);
    for (const id of read.reopened) reopened.push(id);
    for (const { segmentId, session } of read.replaced) {
      replaced.push({ segmentId, sessionId: session.id });
    }
    return read.sessions;
  });
  return { totals, unfinished, reopened, replaced };
}

async function rewrite(
  from: Workplace,
  order: RewriteOrder,
  ship: Ship,
): Promise<SealerAnswers["rewrite"]> {
  const wanted = new Set(order.segmentIds);
  const listed = inSnapshot(from, () => listSegments(from, order.siteId));
  const segments = listed.filter(({ id }) => wanted.has(id));
  const rewriting = { segments, without: new Set(order.without) };
  return {
    totals: await encodeShards(from, order.siteId, ship, (shard) =>
      readRewriting(from, rewriting, shard),
    ),
  };
}

/**
 * Reads nothing for a while where the log has grown, so that it can be begun anew.
 *
 * That takes a moment in which nobody looks at what is in it; see `keeper.ts`, which looks for
 * one twice a second.
 *
 * @returns Whether it was.
 */
async function letLogGo(path: string): Promise<boolean> {
  const grown = logSize(path);
  for (let waited = 0; waited < LONGEST_PAUSE_MS; waited += LOG_LOOK_MS) {
    const size = logSize(path);
    if (size <= LOG_BYTES || size < grown) return true;
    await Bun.sleep(LOG_LOOK_MS);
  }
  return false;
}

/** A shard at a time, so that no more than a quarter of it is in memory as objects. */
async function encodeShards(
  from: Workplace,
  siteId: number,
  ship: Ship,
  read: (shard: number) => readonly RawSession[],
): Promise<SegmentTotals> {
  const { view } = readRowTerms(from.connection, siteId);
  let totals: SegmentTotals = { format: FORMAT, from: Infinity, until: 0, sessions: 0, events: 0 };
  // Where somebody else holds the log, to wait once more is in vain.
  let isHopeful = true;
  for (let shard = 0; shard < SHARDS; shard += 1) {
    if (shard > 0 && isHopeful) isHopeful = await letLogGo(from.path);
    const block = makeBlock(
      inSnapshot(from, () => read(shard)),
      view,
    );
    await ship(encodeBlock(block, view).map((column) => ({ shard, ...column })));
    if (block.sessions === 0) continue;
    totals = {
      format: FORMAT,
      from: Math.min(totals.from, block.from),
      until: Math.max(totals.until, block.until),
      sessions: totals.sessions + block.sessions,
      events: totals.events + block.events,
    };
  }
  return totals;
}
