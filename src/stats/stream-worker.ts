import { lowerPriority } from "../lib/low-priority.ts";
import { connect } from "../store/connection.ts";
import { SHARDS } from "./block.ts";
import { createColumnCache } from "./column-cache.ts";
import { toFailure, type Failure } from "./order-of-work.ts";
import { exportLines } from "./export-format.ts";
import { createShelf } from "./shelf.ts";
import { createTexts, readSiteFacts } from "./site-facts.ts";
import { streamHappenings } from "./stream.ts";
import type { ExportQuestion } from "./streams.ts";

declare const self: Worker;

/** The first message to the thread of an export; each one after it asks for a batch. */
export interface StreamSetup {
  readonly path: string;
  readonly question: ExportQuestion;
}

export type StreamReply =
  | { readonly lines: Uint8Array<ArrayBuffer> }
  | { readonly done: true }
  | { readonly failure: Failure };

/** Columns of one block of a large segment; those of the blocks before it go. */
const CACHE_BYTES = 16 * 1024 * 1024;

const encoder = new TextEncoder();
let pieces: Iterator<Uint8Array<ArrayBuffer>, unknown> | undefined;

// Made into lines here: in the main thread each event would cost ingest 8 µs.
function* lines({ path, question }: StreamSetup) {
  const { siteId, format, domain } = question;
  const connection = connect(path, { readOnly: true, cacheBytes: CACHE_BYTES / 4 });
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
  const shelf = createShelf(connection, createColumnCache(CACHE_BYTES), shards);
  const texts = createTexts(connection);
  const facts = readSiteFacts(connection, siteId, texts);
  const site = { siteId, blocks: shelf.blocks(siteId), facts };
  for (const batch of streamHappenings(site, question)) {
    yield encoder.encode(exportLines(format, domain, batch));
  }
  connection.close();
}

const next = (): StreamReply => {
  const step = pieces!.next();
  return step.done ? { done: true } : { lines: step.value };
};

self.onmessage = ({ data }: MessageEvent<StreamSetup | "next">) => {
  if (data !== "next") {
    lowerPriority();
    pieces = lines(data);
    return;
  }
  try {
    const reply = next();
    self.postMessage(reply, "lines" in reply ? [reply.lines.buffer] : []);
  } catch (error) {
    self.postMessage({ failure: toFailure(error) } satisfies StreamReply);
  }
};
