import { lowerPriority } from "../lib/low-priority.ts";
import { connect, type Connection } from "../store/connection.ts";
import { SHARDS } from "./block.ts";
import { createColumnCache } from "./column-cache.ts";
import { createCuts, type Cuts } from "./cuts.ts";
import { getReady } from "./get-ready.ts";
import { SegmentGone } from "./damaged-segment.ts";
import type { Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { buffersOf, toFailure, type Order, type Reply, type Setup } from "./order-of-work.ts";
import { largestSite } from "./seal-state.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import { createTexts, readSiteFacts, type Texts } from "./site-facts.ts";
import { createTurns } from "./turns.ts";
import { createWorkbenches, type Workbenches } from "./workbench.ts";

declare const self: Worker;

/** What a worker has at hand. */
interface Desk {
  readonly connection: Connection;
  readonly shelf: Shelf;
  readonly texts: Texts;
  readonly cuts: Cuts;
  readonly benches: Workbenches;
  readonly idShift: number;
  /** What may be kept of columns besides those that are. */
  readonly freeBytes: () => number;
}

type AnyOperation = Operation<unknown, unknown, unknown>;

const PAGES_BYTES = 8 * 1024 * 1024;
/** A segment that is merged away while one reads it: the next look finds what took its place. */
const MOST_TRIES = 5;

const turns = createTurns();
let desk: Desk;

function setUp({ path, shards, cacheBytes }: Setup): Desk {
  // Whoever waits for an event to be stored goes first.
  lowerPriority();
  const connection = connect(path, { readOnly: true, cacheBytes: PAGES_BYTES });
  const cache = createColumnCache(cacheBytes, () => Bun.gc(true));
  return {
    connection,
    shelf: createShelf(connection, cache, shards),
    texts: createTexts(connection),
    cuts: createCuts(),
    benches: createWorkbenches(),
    idShift: Math.log2(SHARDS / shards.length),
    freeBytes: () => cacheBytes - cache.sizeBytes,
  };
}

function* workOut(order: Order & { do: "part" }): Generator<undefined, unknown> {
  const operation = OPERATIONS[order.operation] as AnyOperation;
  for (let tries = 1; ; tries += 1) {
    try {
      const parts: unknown[] = [];
      for (const siteId of order.siteIds) {
        const blocks = desk.shelf.blocks(siteId, tries > 1);
        const facts = readSiteFacts(desk.connection, siteId, desk.texts);
        yield;
        parts.push(yield* operation.part({ ...desk, siteId, blocks, facts }, order.question));
      }
      return order.alone ? operation.finish(parts, order.question) : parts;
    } catch (error) {
      if (!(error instanceof SegmentGone) || tries === MOST_TRIES) throw error;
    }
  }
}

function* prepare(): Generator<undefined, void> {
  const siteId = largestSite(desk.connection);
  if (siteId === undefined) return;
  const blocks = desk.shelf.blocks(siteId);
  yield;
  const facts = readSiteFacts(desk.connection, siteId, desk.texts);
  yield* getReady({ ...desk, siteId, blocks, facts }, desk.freeBytes);
}

function* addUp({ operation, parts, question }: Order & { do: "finish" }) {
  yield;
  return (OPERATIONS[operation] as AnyOperation).finish(parts, question);
}

self.onmessage = ({ data: order }: MessageEvent<Order>) => {
  if (order.do === "set up") {
    desk = setUp(order.setup);
    return;
  }
  if (order.do === "get ready") {
    // If it goes wrong nobody is the worse for it: whoever asks is told if it does so again.
    const done = () => self.postMessage({ isReady: true } satisfies Reply);
    turns.add({ id: 0, isIdle: true, steps: prepare(), done, failed: done });
    return;
  }
  if (order.do === "rest") {
    turns.rest(order.factor);
    return;
  }
  const { id } = order;
  if (order.do === "cancel") {
    turns.cancel(id);
    return;
  }
  turns.add({
    id,
    isLast: order.do === "finish",
    steps: order.do === "part" ? workOut(order) : addUp(order),
    done: (result) => self.postMessage({ id, result } satisfies Reply, [...buffersOf(result)]),
    failed: (error) => self.postMessage({ id, failure: toFailure(error) } satisfies Reply),
  });
};
