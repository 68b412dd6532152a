import { lowerPriority } from "../lib/low-priority.ts";
import { connect } from "../store/connection.ts";
import { SHARDS } from "./block.ts";
import { createColumnCache } from "./column-cache.ts";
import { toFailure, type Failure } from "./order-of-work.ts";
import type { Happening } from "./question.ts";
import { createShelf } from "./shelf.ts";
import { createTexts, readSiteFacts } from "./site-facts.ts";
import { streamHappenings, type StreamQuestion } from "./stream.ts";

declare const self: Worker;

/** The first message to the thread of an export; each one after it asks for a batch. */
export interface StreamSetup {
  readonly path: string;
  readonly siteIds: readonly number[];
  readonly question: StreamQuestion;
}

export type StreamReply =
  | { readonly batch: readonly Happening[] }
  | { readonly done: true }
  | { readonly failure: Failure };

/** Columns of one block of a large segment; those of the blocks before it go. */
const CACHE_BYTES = 16 * 1024 * 1024;

let batches: Iterator<readonly Happening[], unknown> | undefined;

function* happenings({ path, siteIds, question }: StreamSetup) {
  const connection = connect(path, { readOnly: true, cacheBytes: CACHE_BYTES / 4 });
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
  const shelf = createShelf(connection, createColumnCache(CACHE_BYTES), shards);
  const texts = createTexts(connection);
  for (const siteId of siteIds) {
    const facts = readSiteFacts(connection, siteId, texts);
    yield* streamHappenings({ siteId, blocks: shelf.blocks(siteId), facts }, question);
  }
  connection.close();
}

const next = (): StreamReply => {
  const step = batches!.next();
  return step.done ? { done: true } : { batch: step.value };
};

self.onmessage = ({ data }: MessageEvent<StreamSetup | "next">) => {
  if (data !== "next") {
    lowerPriority();
    batches = happenings(data);
    return;
  }
  try {
    self.postMessage(next());
  } catch (error) {
    self.postMessage({ failure: toFailure(error) } satisfies StreamReply);
  }
};
