import { openHelperChannel } from "../lib/helper.ts";
import { createOneAtATime } from "../lib/one-at-a-time.ts";
import { lowerPriority, standBack } from "../lib/low-priority.ts";
import { connect } from "../store/connection.ts";
import { SHARDS, type RawSession } from "./block.ts";
import { createColumnCache } from "./column-cache.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { dayTotals } from "./keep.ts";
import { makeBlock } from "./make-block.ts";
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
import type { Reading } from "./open-block.ts";
import { encodeBlock, FORMAT } from "./segment.ts";
import type { SegmentTotals, ShippedColumn } from "./segment-steps.ts";

/** Columns are read once; what is looked at twice are those of visitors and sessions. */
const CACHE_BYTES = 16 * 1024 * 1024;

/** Reads and encodes in a process of its own: the other end of `seal-helper.ts`. */
export function serveSealing(): void {
  const channel = openHelperChannel();
  let reading: Reading | undefined;
  const open = ({ path, standsBack }: Asked): Reading => {
    // Whoever waits for an event to be stored, or for a figure, goes first.
    lowerPriority();
    if (standsBack) standBack();
    return {
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
      await send({ id, answer: await inSnapshot(reading, order, ship) });
    } catch (error) {
      const segmentId = error instanceof DamagedSegment ? error.segmentId : undefined;
      await send({ id, error: String(error), segmentId });
    }
  };
  // One after the other: each reads in a transaction, and there is one connection.
  const queue = createOneAtATime();
  channel.onMessage((message) => void queue.run(() => answer(message as Asked)));
}

/** Hands over columns, and waits until they have left. */
type Ship = (columns: ShippedColumn[]) => Promise<void>;

/** All that an order reads is of one moment. */
async function inSnapshot(from: Reading, order: SealerOrder, ship: Ship) {
  const { database } = from.connection;
  database.exec("begin");
  try {
    return await workOut(from, order, ship);
  } finally {
    database.exec("commit");
  }
}

type Answered = SealerAnswers[SealerOrder["do"]];

function workOut(from: Reading, order: SealerOrder, ship: Ship): Answered | Promise<Answered> {
  switch (order.do) {
    case "survey":
      return survey(from.connection, order.now);
    case "plan":
      return planSeal(from.connection, order.siteId, order.now, order.isForced);
    case "seal":
      return seal(from, order, ship);
    case "rewrite":
      return rewrite(from, order, ship);
    case "find":
      return findSegments(from, order.siteId, order.visitorIds, SHARDS);
    case "past":
      return readPast(from, order.question);
    case "totals":
      return dayTotals(from, order.siteId, order.segmentIds);
  }
}

async function seal(from: Reading, order: SealOrder, ship: Ship): Promise<SealerAnswers["seal"]> {
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
  from: Reading,
  order: RewriteOrder,
  ship: Ship,
): Promise<SealerAnswers["rewrite"]> {
  const wanted = new Set(order.segmentIds);
  const segments = listSegments(from, order.siteId).filter(({ id }) => wanted.has(id));
  const rewriting = { segments, without: new Set(order.without) };
  return {
    totals: await encodeShards(from, order.siteId, ship, (shard) =>
      readRewriting(from, rewriting, shard),
    ),
  };
}

/** A shard at a time, so that no more than a quarter of it is in memory as objects. */
async function encodeShards(
  { connection }: Reading,
  siteId: number,
  ship: Ship,
  read: (shard: number) => readonly RawSession[],
): Promise<SegmentTotals> {
  const { view } = readRowTerms(connection, siteId);
  let totals: SegmentTotals = { format: FORMAT, from: Infinity, until: 0, sessions: 0, events: 0 };
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const block = makeBlock(read(shard), view);
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
