import { timedDigest } from "../../lib/timed-digest.ts";
import type { Connection } from "../connection.ts";
import { readVisitorSecret } from "../visitor-secret.ts";

/** Rows read and written at a time: with one statement each it takes twice as long. */
const AT_ONCE = 200;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Of a browser that keeps nothing the key begins with its day from now on. */
const newKey = (key: string, cookielessDay: number | null) =>
  cookielessDay === null ? key : (cookielessDay * DAY_MS).toString(36) + key;

/**
 * Fills the new table of visitors: SQL knows no digest.
 *
 * By way of a table in order of ids, which is then sorted: put straight into place, each would
 * touch another page.
 */
export function fillVisitorKeys(connection: Connection): void {
  const { database } = connection;
  const secret = readVisitorSecret(connection);
  database.exec(
    "create temp table keyed (site_id integer, key blob, id integer, cookieless_day integer)",
  );
  const read = database.prepare(
    `select id, site_id as siteId, key, case kind when 'cookieless' then first_at / 86400000 end as day
     from visitors_old where id > ? and key not like 'erased %' order by id limit ${AT_ONCE}`,
  );
  const insertSome = (rows: number) =>
    database.prepare(`insert into keyed values ${Array(rows).fill("(?, ?, ?, ?)").join()}`);
  const insertAll = insertSome(AT_ONCE);
  for (let after = 0; ;) {
    const rows = read.all(after) as {
      id: number;
      siteId: number;
      key: string;
      day: number | null;
    }[];
    if (rows.length === 0) break;
    const insert = rows.length === AT_ONCE ? insertAll : insertSome(rows.length);
    insert.run(
      rows.flatMap(({ id, siteId, key, day }) => [
        siteId,
        timedDigest(secret, newKey(key, day)),
        id,
        day,
      ]),
    );
    after = rows.at(-1)!.id;
  }
  database.exec(`
    insert into visitors (site_id, key, id, cookieless_day)
      select site_id, key, id, cookieless_day from keyed order by site_id, key;
    drop table keyed;
    drop table visitors_old;
  `);
}
