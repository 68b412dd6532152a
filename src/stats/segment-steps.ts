import type { Connection } from "../store/connection.ts";
import { inSlices } from "../store/slices.ts";
import type { Write } from "../store/writer.ts";

// What the writer does of a segment's life: building, live, dead, gone.

/** A column on its way from the worker that encoded it. */
export interface ShippedColumn {
  readonly shard: number;
  readonly name: string;
  readonly checksum: number;
  readonly data: Uint8Array;
}

/** What a segment holds, told when all of it is encoded. */
export interface SegmentTotals {
  readonly format: number;
  readonly from: number;
  readonly until: number;
  readonly sessions: number;
  readonly events: number;
}

/** Makes a segment that nobody reads yet. @returns Its id. */
export function startSegment(write: Write, siteId: number, now: number): Promise<number> {
  return write((_, connection) => {
    const row = connection
      .prepare(
        `/* startSegment */ insert into segments
           (site_id, state, format, from_at, until_at, sessions, events, size_bytes, created_at)
         values (?, 'building', 0, 0, 0, 0, 0, 0, ?) returning id`,
      )
      .get([siteId, now]) as { id: number };
    return row.id;
  }, "upkeep");
}

export function addColumns(
  write: Write,
  segmentId: number,
  columns: readonly ShippedColumn[],
): Promise<void> {
  return inSlices(write, 0, (connection, from, rows) => {
    const startedAt = performance.now();
    let at = from;
    // Columns differ in size a thousandfold: what the last ones cost tells nothing of the next.
    while (at < columns.length && at < from + rows && performance.now() - startedAt < MOST_MS) {
      const { shard, name, checksum, data } = columns[at]!;
      connection
        .prepare(
          `/* addColumns */ insert into segment_columns (segment_id, shard, name, checksum, data)
           values (?, ?, ?, ?, ?)`,
        )
        .run([segmentId, shard, name, checksum, data]);
      at += 1;
    }
    return at < columns.length ? at : undefined;
  });
}

const MOST_MS = 4;

/** Brings a segment to life, inside the transaction that ends what it takes the place of. */
export function bringToLife(
  connection: Connection,
  segmentId: number,
  { format, from, until, sessions, events }: SegmentTotals,
): void {
  connection
    .prepare(
      `/* bringToLife */ update segments set state = 'live', format = ?, from_at = ?, until_at = ?,
         sessions = ?, events = ?, size_bytes = (
           select coalesce(sum(length(data)), 0) from segment_columns where segment_id = segments.id)
       where id = ?`,
    )
    .run([format, from, until, sessions, events, segmentId]);
}

/** Ends segments that another takes the place of; their columns are still there for a while. */
export function retire(connection: Connection, segmentIds: readonly number[]): void {
  for (const id of segmentIds) {
    connection.prepare("update segments set state = 'dead' where id = ?").run([id]);
  }
}

/** Removes segments that nobody reads any more, column by column. */
export async function removeSegment(
  write: Write,
  segmentId: number,
  between: () => void = () => {},
): Promise<void> {
  await inSlices(write, 0, (connection, done, rows) => {
    if (done > 0) between();
    const { changes } = connection
      .prepare(
        `/* removeSegment */ delete from segment_columns where id in (
           select id from segment_columns where segment_id = ? limit ?)`,
      )
      .run([segmentId, Math.min(rows, COLUMNS_A_SLICE)]);
    return changes === 0 ? undefined : done + changes;
  });
  await inSlices(write, 0, (connection, _, rows) => {
    const { changes } = connection
      .prepare(
        `/* removeSegment */ delete from superseded where segment_id = ? and session_id in (
           select session_id from superseded where segment_id = ? limit ?)`,
      )
      .run([segmentId, segmentId, rows]);
    return changes === 0 ? undefined : 0;
  });
  await write((_, connection) => {
    connection.prepare("delete from segments where id = ?").run([segmentId]);
  }, "upkeep");
}

/** Deleting a column frees its pages one by one: a megabyte is a hundred of them. */
const COLUMNS_A_SLICE = 8;

/** Segments in a state, of one site or of all. */
export function listSegmentIds(
  connection: Connection,
  state: "building" | "live" | "dead",
  siteId?: number,
): number[] {
  const rows = connection
    .prepare(
      `/* listSegmentIds */ select id from segments
       where state = ?1 and (?2 is null or site_id = ?2) order by id`,
    )
    .all([state, siteId ?? null]) as { id: number }[];
  return rows.map(({ id }) => id);
}
