import type { Connection } from "../store/connection.ts";

export type Row = readonly (string | number | null | Uint8Array)[];

/** Rows a statement: 64 is past the knee of the curve, and small enough to prepare at once. */
const CHUNK = 64;

/**
 * Inserts many rows with a few prepared statements and counts them.
 *
 * Prepared multi-row `values` cost a third of `json_each` at twenty columns. The texts are
 * made of constants of the caller, never of data.
 *
 * @param head For example `insert into events (site_id, at)`.
 * @returns How many rows were inserted; fewer than given only with `or ignore`.
 */
export function bulkInsert(connection: Connection, head: string, rows: readonly Row[]): number {
  return inChunks(connection, rows, (list) => `${head} values ${list}`);
}

/**
 * Changes many rows by their id with a few prepared statements; each must be there.
 *
 * @param table Its primary key is `id`, the first of each row.
 * @param columns The columns that the rest of each row is for.
 */
export function updateAll(
  connection: Connection,
  table: string,
  columns: readonly string[],
  rows: readonly Row[],
): void {
  const set = columns.map((column, index) => `${column} = v.column${index + 2}`).join(", ");
  const changed = inChunks(
    connection,
    rows,
    (list) => `update ${table} set ${set} from (values ${list}) v where id = v.column1`,
  );
  if (changed !== rows.length) {
    throw new Error(`${changed} of ${rows.length} rows of ${table} were there to be changed`);
  }
}

function inChunks(
  connection: Connection,
  rows: readonly Row[],
  sql: (list: string) => string,
): number {
  let changed = 0;
  let from = 0;
  for (const size of [CHUNK, 8, 1]) {
    if (rows.length - from < size) continue;
    const width = rows[0]!.length;
    const statement = connection.prepare(sql(values(width, size)));
    for (; rows.length - from >= size; from += size) {
      const parameters: Row[number][] = [];
      for (let index = from; index < from + size; index += 1) parameters.push(...rows[index]!);
      changed += statement.run(parameters).changes;
    }
  }
  return changed;
}

function values(width: number, count: number): string {
  const row = `(${Array.from({ length: width }, () => "?").join(", ")})`;
  return Array.from({ length: count }, () => row).join(", ");
}

/** Inserts rows that must all be new; a count that differs rolls the batch back. */
export function insertAll(connection: Connection, head: string, rows: readonly Row[]): void {
  const inserted = bulkInsert(connection, head, rows);
  if (inserted !== rows.length) {
    throw new Error(`${head}: ${inserted} of ${rows.length} rows were inserted`);
  }
}
