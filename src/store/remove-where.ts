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
 * Removes rows that no index leads to, by walking through the table in slices, up to where it
 * ends now: what is added meanwhile must not be among what goes.
 *
 * The texts are constants of the caller, never data.
 *
 * @param along Written in each transaction that removes something.
 */
export async function removeWhere(
  write: Write,
  { table, key, of = "true", ofParameters = [], where, parameters }: Removal,
  along: (connection: Parameters<Parameters<Write>[0]>[1]) => void = () => {},
): Promise<void> {
  const end = await write(
    (_, connection) =>
      connection
        .prepare(`/* removeWhere */ select max(${key}) as k from ${table} where ${of}`)
        .get([...ofParameters]) as Key,
    "upkeep",
  );
  if (end.k === null) return;
  await inSlices<string | number | null>(write, null, (connection, from, rows) => {
    // In so many words: "or" with a parameter would begin each slice at the beginning of the table.
    const after = from === null ? "true" : `${key} > ?`;
    const stretch = [...ofParameters, ...(from === null ? [] : [from])];
    const last = connection
      .prepare(
        `/* removeWhere */ select max(k) as k, count(*) as count from (
           select ${key} as k from ${table}
           where ${of} and ${after} and ${key} <= ? order by ${key} limit ?)`,
      )
      .get([...stretch, end.k, rows]) as Key & { count: number };
    if (last.k === null) return undefined;
    const { changes } = connection
      .prepare(
        `/* removeWhere */ delete from ${table}
         where ${of} and ${after} and ${key} <= ? and ${where}`,
      )
      .run([...stretch, last.k, ...parameters]);
    if (changes > 0) along(connection);
    return last.count < rows ? undefined : last.k;
  });
}

interface Key {
  readonly k: string | number | null;
}
