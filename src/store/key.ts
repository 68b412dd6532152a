import { Refusal } from "../lib/errors.ts";
import { createSecretBox } from "../lib/secret-box.ts";
import type { Connection } from "./connection.ts";
import { keepSecret, makeSecret, readSecret } from "./secret.ts";

const KEY_CHECK = "key-check";
const CHECKED = "footfall";

/**
 * Finds the installation's key and makes sure that it is this database's.
 *
 * With another key Footfall would work, and seal new secrets beside those it can no longer
 * open: signatures of sites would fail, and a backup would carry a key that opens nothing.
 *
 * @param given From the environment; then nothing is kept in the directory.
 * @throws {Refusal} `unavailable`, if the key is missing or another's.
 */
export function openKey(
  connection: Connection,
  directory: string,
  given: string | undefined,
): string {
  const check = readKeyCheck(connection);
  const secret = given ?? readSecret(directory) ?? makeForNew(connection, directory, check);
  if (check === undefined || createSecretBox(secret).open(check) === CHECKED) return secret;
  throw new Refusal(
    "unavailable",
    given === undefined
      ? `The key in ${directory}/secret is not the one of this database: put the right one back, or set FOOTFALL_SECRET`
      : "FOOTFALL_SECRET is not the key of this database: set the one it was made with",
  );
}

function makeForNew(connection: Connection, directory: string, check: string | undefined): string {
  const { count } = connection.database
    .prepare("select (select count(*) from users) + (select count(*) from sites) as count")
    .get() as { count: number };
  if (check !== undefined || count > 0) {
    throw new Refusal(
      "unavailable",
      `The key of this database is missing: set FOOTFALL_SECRET as it was, or put ${directory}/secret back`,
    );
  }
  const made = makeSecret();
  keepSecret(directory, made);
  return made;
}

function readKeyCheck(connection: Connection): string | undefined {
  const row = connection.database
    .prepare("select value from settings where key = ?")
    .get([KEY_CHECK]) as { value: string } | undefined;
  return row && (JSON.parse(row.value) as string);
}

/** Notes which key the database belongs to, so that another is noticed. */
export function noteKey(connection: Connection, secret: string): void {
  if (readKeyCheck(connection) !== undefined) return;
  connection.database
    .prepare("insert into settings (key, value) values (?, ?)")
    .run([KEY_CHECK, JSON.stringify(createSecretBox(secret).seal(CHECKED))]);
}

/** To be called where a database came without its key. */
export function forgetKeyCheck({ database }: Connection): void {
  database.prepare("delete from settings where key = ?").run([KEY_CHECK]);
}
