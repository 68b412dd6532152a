import type { Block, RawSession } from "../../src/stats/block.ts";
import { SHARDS } from "../../src/stats/block.ts";
import { makeBlock } from "../../src/stats/make-block.ts";
import type { SegmentRow } from "../../src/stats/read-column.ts";
import { encodeBlock, FORMAT } from "../../src/stats/segment.ts";
import type { Connection } from "../../src/store/connection.ts";
import { VIEW } from "./raw-sessions.ts";

/** Stores sessions as a live segment, in the tables themselves. */
export function insertSegment(
  { database }: Connection,
  sessions: readonly RawSession[],
  { siteId = 1, viewTerm = VIEW, createdAt = 1 } = {},
): SegmentRow {
  const shards = Array.from({ length: SHARDS }, (_, shard) =>
    makeBlock(
      sessions.filter(({ visitorId }) => visitorId % SHARDS === shard),
      viewTerm,
    ),
  );
  const full = shards.filter((block) => block.sessions > 0);
  const sum = (of: (block: Block) => number) => full.reduce((total, block) => total + of(block), 0);
  const facts = {
    format: FORMAT,
    fromAt: Math.min(...full.map(({ from }) => from)),
    untilAt: Math.max(...full.map(({ until }) => until)),
    sessions: sum((block) => block.sessions),
    events: sum((block) => block.events),
    createdAt,
  };
  const { id } = database
    .prepare(
      `insert into segments
         (site_id, state, format, from_at, until_at, sessions, events, size_bytes, created_at)
       values (?, 'live', ?, ?, ?, ?, ?, 0, ?) returning id`,
    )
    .get([siteId, ...Object.values(facts)]) as { id: number };
  const insert = database.prepare(
    "insert into segment_columns (segment_id, shard, name, checksum, data) values (?, ?, ?, ?, ?)",
  );
  shards.forEach((block, shard) => {
    for (const { name, data, checksum } of encodeBlock(block, viewTerm)) {
      insert.run([id, shard, name, checksum, Buffer.from(data)]);
    }
  });
  return { id, ...facts };
}
