import type { Connection } from "../store/connection.ts";
import { release } from "../lib/release.ts";
import { DamagedSegment, SegmentGone } from "./damaged-segment.ts";

/** A row of `segments`. */
export interface SegmentRow {
  readonly id: number;
  readonly format: number;
  readonly fromAt: number;
  readonly untilAt: number;
  readonly sessions: number;
  readonly events: number;
  readonly createdAt: number;
}

/**
 * Decodes one column, by name.
 *
 * @param keepsData Whether what is decoded goes on looking at the data; else these are given back.
 */
export type ReadColumn = <T>(
  name: string,
  decode: (data: Uint8Array) => T,
  keepsData?: boolean,
) => T;

interface ColumnRow {
  readonly state: string;
  readonly data: Uint8Array | ArrayBuffer | null;
  readonly checksum: number | null;
}

/**
 * Reads, checks and decodes columns of one shard of a segment.
 *
 * What is read throws `SegmentGone` if the segment was replaced meanwhile, and `DamagedSegment`
 * if it cannot be read though it is still there.
 */
export function columnReader(
  connection: Connection,
  segment: SegmentRow,
  shard: number,
): ReadColumn {
  return (name, decode, keepsData = false) => {
    const row = connection
      .prepare(
        `/* readColumn */ select s.state, c.data, c.checksum from segments s
         left join segment_columns c on c.segment_id = s.id and c.shard = ?3 and c.name = ?4
         where s.id = ?1 and s.created_at = ?2`,
      )
      .get([segment.id, segment.createdAt, shard, name]) as ColumnRow | undefined;
    if (!row || (row.data === null && row.state !== "live")) throw new SegmentGone(segment.id);
    if (row.data === null) throw damaged(segment, name, `lacks its column ${name}`);
    const data = bytesOf(row.data);
    const what = `is damaged in column ${name}`;
    if (Bun.hash.crc32(data) !== row.checksum) throw damaged(segment, name, what);
    try {
      const decoded = decode(data);
      if (!keepsData) release(data);
      return decoded;
    } catch (cause) {
      // Of another column, that this one needs.
      if (cause instanceof DamagedSegment || cause instanceof SegmentGone) throw cause;
      throw damaged(segment, name, what, { cause });
    }
  };
}

/** A view: to copy what was read takes a third of the time of reading it. */
const bytesOf = (data: Uint8Array | ArrayBuffer): Uint8Array =>
  data instanceof Uint8Array
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);

export const damaged = (
  segment: SegmentRow,
  column: string,
  what: string,
  options?: ErrorOptions,
): DamagedSegment =>
  new DamagedSegment(
    segment.id,
    column,
    what,
    { from: segment.fromAt, until: segment.untilAt },
    options,
  );
