import type { Connection } from "../store/connection.ts";

/** Gives new visitors their ids. */
export interface VisitorNumbers {
  /** The next visitor of a site; `write` must follow in the same transaction. */
  next(connection: Connection, siteId: number): { readonly id: number; readonly number: number };
  /** Writes how many ids have been given. */
  write(connection: Connection): void;
  /** Lets go of what is known, after a transaction that did not happen. */
  forget(): void;
}

/** As in `visitor_ranges`. */
interface Range {
  readonly firstId: number;
  readonly firstNumber: number;
  used: number;
  size: number;
}

/** Ids set apart at a time: a site whose visitors come between those of others has a row for each. */
const RANGE = 256;

/**
 * Gives ids out of ranges that belong to one site each.
 *
 * The number people are shown, which counts the visitors of a site, follows from the id and its
 * range. An id is never given twice, also not that of a visitor who was erased.
 */
export function createVisitorNumbers(): VisitorNumbers {
  const ranges = new Map<number, Range>();
  const changed = new Set<Range>();

  const rangeOf = (connection: Connection, siteId: number): Range => {
    const known = ranges.get(siteId) ?? readLast(connection, siteId);
    const range = known && known.used < known.size ? known : setApart(connection, siteId, known);
    ranges.set(siteId, range);
    return range;
  };

  return {
    next(connection, siteId) {
      const range = rangeOf(connection, siteId);
      const place = range.used;
      range.used += 1;
      changed.add(range);
      return { id: range.firstId + place, number: range.firstNumber + place };
    },
    write(connection) {
      for (const { firstId, used } of changed) {
        connection
          .prepare("update visitor_ranges set used = ? where first_id = ?")
          .run([used, firstId]);
      }
      changed.clear();
    },
    forget() {
      ranges.clear();
      changed.clear();
    },
  };
}

const COLUMNS = "first_id as firstId, first_number as firstNumber, used, size";

function readLast(connection: Connection, siteId: number): Range | undefined {
  return connection
    .prepare(
      `/* readLast */ select ${COLUMNS} from visitor_ranges
       where site_id = ? order by first_number desc limit 1`,
    )
    .get([siteId]) as Range | undefined;
}

/** A range that is full grows where no other follows it; else the site goes on in another. */
function setApart(connection: Connection, siteId: number, full: Range | undefined): Range {
  const last = connection
    .prepare(`/* setApart */ select ${COLUMNS} from visitor_ranges order by first_id desc limit 1`)
    .get() as Range | undefined;
  if (full && last?.firstId === full.firstId) {
    full.size += RANGE;
    connection
      .prepare("update visitor_ranges set size = ? where first_id = ?")
      .run([full.size, full.firstId]);
    return full;
  }
  const range: Range = {
    firstId: last ? last.firstId + last.size : 1,
    firstNumber: full ? full.firstNumber + full.used : 1,
    used: 0,
    size: RANGE,
  };
  connection
    .prepare(
      `insert into visitor_ranges (first_id, site_id, first_number, used, size)
       values (?, ?, ?, 0, ?)`,
    )
    .run([range.firstId, siteId, range.firstNumber, range.size]);
  return range;
}
