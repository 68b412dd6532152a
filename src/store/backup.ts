import { chmodSync, existsSync } from "node:fs";
import { Refusal } from "../lib/errors.ts";
import { visitorSiteSql } from "./visitor-number.ts";
import { connect, type Connection } from "./connection.ts";

/**
 * Copies a database into a new file as it is at this moment, while others go on writing.
 *
 * Blocks the thread for as long as it takes: beside a running server, call it in a worker.
 *
 * @throws {Refusal} `conflict`, if there is a file of that name: a backup is never overwritten.
 */
export function copyDatabase(path: string, target: string): void {
  if (existsSync(target)) {
    throw new Refusal("conflict", `${target} exists: choose a new name for the backup`);
  }
  const source = connect(path, { readOnly: true });
  try {
    source.database.exec("pragma query_only = off");
    source.database.prepare("vacuum into ?").run(target);
  } finally {
    source.close();
  }
  chmodSync(target, 0o600);
}

/**
 * Looks for damage in a database file: what makes it unfit to be worked with.
 *
 * @returns What is wrong, a sentence each; empty if all is well.
 */
export function findDamage(path: string): string[] {
  return reading(path, ({ database }) => {
    const integrity = database.prepare("pragma integrity_check").all() as {
      integrity_check: string;
    }[];
    const orphans = database.prepare("pragma foreign_key_check").all() as { table: string }[];
    return [
      ...integrity.map((row) => row.integrity_check).filter((message) => message !== "ok"),
      ...orphans.map(({ table }) => `A row of ${table} refers to one that is gone`),
    ];
  });
}

/**
 * Looks for damage, and for what a fault of ours may have left in figures.
 *
 * @returns What is wrong, a sentence each; empty if all is well.
 */
export function checkDatabase(path: string): string[] {
  const damage = findDamage(path);
  if (damage.length > 0) return damage;
  return reading(path, ({ database }) => {
    const problems: string[] = [];
    for (const [name, sql] of Object.entries(INVARIANTS)) {
      const row = database.prepare(sql).get() as { count: number };
      if (row.count > 0) problems.push(`${name}: ${row.count}`);
    }
    return problems;
  });
}

/** A file that is no database, or a broken one, is an answer too. */
function reading(path: string, look: (connection: Connection) => string[]): string[] {
  let connection: Connection | undefined;
  try {
    connection = connect(path, { readOnly: true });
    return look(connection);
  } catch (error) {
    return [`It cannot be read: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    connection?.close();
  }
}

/** What the writers promise and no constraint holds; each counts the rows that break it. */
const INVARIANTS: Readonly<Record<string, string>> = {
  "Events without their session":
    "select count(*) as count from events e left join sessions s on s.id = e.session_id where s.id is null",
  "Events whose session is of another visitor":
    "select count(*) as count from events e join sessions s on s.id = e.session_id where s.visitor_id <> e.visitor_id",
  "Sessions of a visitor that was never there": `select count(*) as count from sessions s where ${visitorSiteSql("s.visitor_id")} is not s.site_id`,
  "Visitors with an id that was not given to their site": `
    select count(*) as count from visitors v where ${visitorSiteSql("v.id")} is not v.site_id`,
  // Of sessions that no segment tells of; the others are looked at with their segments.
  "Sessions whose counts do not match their events": `
    select count(*) as count from sessions s
    left join seals w on w.site_id = s.site_id
    left join unsealed u on u.session_id = s.id
    left join (
      select session_id, count(*) as events from events
      where name not in (select id from terms where text = 'engagement') group by session_id
    ) e on e.session_id = s.id
    where coalesce(e.events, 0) <> s.views + s.events
      and (s.id > coalesce(w.sealed_session, 0) or u.from_event = 0)`,
  "Sessions that go on without their row":
    "select count(*) as count from unsealed u left join sessions s on s.id = u.session_id where s.id is null",
  "Columns of a segment that is gone":
    "select count(*) as count from segment_columns c left join segments s on s.id = c.segment_id where s.id is null",
  "Events with a name that is not kept":
    "select count(*) as count from events e left join terms t on t.id = e.name where t.id is null",
  "Visitors tied to a contact that is gone":
    "select count(*) as count from ties t left join contacts c on c.id = t.contact_id where c.id is null",
  "Visitors with the same id": "select count(*) - count(distinct id) as count from visitors",
  "Ranges of visitors' ids that overlap": `
    select count(*) as count from visitor_ranges r
    where r.first_id + r.size > (select min(first_id) from visitor_ranges n where n.first_id > r.first_id)`,
  "Messages of a run that is gone":
    "select count(*) as count from outbox o left join runs r on r.id = o.run_id where o.run_id is not null and r.id is null",
};
