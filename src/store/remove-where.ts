import { inSlices } from "./slices.ts";
import type { Write } from "./writer.ts";

/** Rows of a table to be removed, looked for along its key. */
export interface Removal {
  readonly table: string;
  /** Its primary key, or what the rows lie in order of within `of`. */
  readonly key: string;
  /** A condition that narrows what is walked through, such as `site_id = ?`; all, if not said. */
  readonly of?: string;
  readonly ofParameters?: readonly (string | number)[];
  /** Which of these rows go. */
  readonly where: string;
  readonly parameters: readonly (string | number)[];
}

/**
 * Removes rows that no index leads to, by walking through the table in slices.
 *
 * The texts are constants of the caller, never data.
 *
 * @param along Written in each transaction that removes something.
 */
export function removeWhere(
  write: Write,
  { table, key, of = "true", ofParameters = [], where, parameters }: Removal,
  along: (connection: Parameters<Parameters<Write>[0]>[1]) => void = () => {},
): Promise<void> {
  return inSlices<string | number | null>(write, null, (connection, from, rows) => {
    const last = connection
      .prepare(
        `/* removeWhere */ select max(k) as k, count(*) as count from (
           select ${key} as k from ${table}
           where ${of} and (? is null or ${key} > ?) order by ${key} limit ?)`,
      )
      .get([...ofParameters, from, from, rows]) as { k: string | number | null; count: number };
    if (last.k === null) return undefined;
    const { changes } = connection
      .prepare(
        `/* removeWhere */ delete from ${table}
         where ${of} and (? is null or ${key} > ?) and ${key} <= ? and ${where}`,
      )
      .run([...ofParameters, from, from, last.k, ...parameters]);
    if (changes > 0) along(connection);
    return last.count < rows ? undefined : last.k;
  });
}
