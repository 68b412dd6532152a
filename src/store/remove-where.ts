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
  const { k: end } = await write(
    (_, connection) =>
      connection
        .prepare(`/* removeWhere */ select max(${key}) as k from ${table} where ${of}`)
        .get([...ofParameters]) as Read,
    "upkeep",
  );
  if (end === null) return;
  const until = bindable(end);
  await inSlices<Key | null>(write, null, (connection, from, rows) => {
    // In so many words: "or" with a parameter would begin each slice at the beginning of the table.
    const after = from === null ? "true" : `${key} > ?`;
    const stretch = [...ofParameters, ...(from === null ? [] : [from])];
    const last = connection
      .prepare(
        `/* removeWhere */ select max(k) as k, count(*) as count from (
           select ${key} as k from ${table}
           where ${of} and ${after} and ${key} <= ? order by ${key} limit ?)`,
      )
      .get([...stretch, until, rows]) as Read & { count: number };
    const to = bindable(last.k);
    if (to === null) return undefined;
    const { changes } = connection
      .prepare(
        `/* removeWhere */ delete from ${table}
         where ${of} and ${after} and ${key} <= ? and ${where}`,
      )
      .run([...stretch, to, ...parameters]);
    if (changes > 0) along(connection);
    return last.count < rows ? undefined : to;
  });
}

/** A blob is read as one thing and written as another. */
const bindable = (key: Read["k"]): Key | null =>
  key instanceof ArrayBuffer ? new Uint8Array(key) : key;

type Key = string | number | Uint8Array;

interface Read {
  readonly k: string | number | ArrayBuffer | null;
}
