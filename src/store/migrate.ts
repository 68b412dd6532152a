import sitesAndUsers from "./migrations/0001_sites_and_users.sql" with { type: "text" };
import events from "./migrations/0002_events.sql" with { type: "text" };
import contacts from "./migrations/0003_contacts.sql" with { type: "text" };
import flows from "./migrations/0004_flows.sql" with { type: "text" };
import segments from "./migrations/0005_segments.sql" with { type: "text" };
import reports from "./migrations/0006_reports.sql" with { type: "text" };
import apiKeys from "./migrations/0007_api_keys.sql" with { type: "text" };
import engagement from "./migrations/0008_engagement.sql" with { type: "text" };
import launches from "./migrations/0009_launches.sql" with { type: "text" };
import pendingTies from "./migrations/0010_pending_ties.sql" with { type: "text" };
import visitorKeys from "./migrations/0011_visitor_keys.sql" with { type: "text" };
import { fillVisitorKeys } from "./migrations/0011_visitor_keys.ts";
import { Refusal } from "../lib/errors.ts";
import type { Connection } from "./connection.ts";
import { inTempFiles } from "./temp-files.ts";

/** A step from one version of the schema to the next. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** What SQL cannot do, after it, in the same transaction. */
  readonly fill?: (connection: Connection) => void;
}

/** All migrations in order; the place in this list is the schema's version. */
export const MIGRATIONS: readonly Migration[] = [
  { name: "0001_sites_and_users", sql: sitesAndUsers },
  { name: "0002_events", sql: events },
  { name: "0003_contacts", sql: contacts },
  { name: "0004_flows", sql: flows },
  { name: "0005_segments", sql: segments },
  { name: "0006_reports", sql: reports },
  { name: "0007_api_keys", sql: apiKeys },
  { name: "0008_engagement", sql: engagement },
  { name: "0009_launches", sql: launches },
  { name: "0010_pending_ties", sql: pendingTies },
  { name: "0011_visitor_keys", sql: visitorKeys, fill: fillVisitorKeys },
];

/** The schema's version of an open database; 0 if it is new. */
export function schemaVersion({ database }: Connection): number {
  const row = database.prepare("pragma user_version").get() as { user_version: number };
  return row.user_version;
}

/**
 * Brings the database up to the newest version, each migration in a transaction of its own.
 *
 * @param migrations Those of this release; a test gives others.
 * @param beforeChange Called once before the first change of a database that holds data:
 *   the place for a backup.
 * @throws {Refusal} `unavailable`, if the file was written by a newer release: going back is restoring a backup.
 */
export function migrate(
  connection: Connection,
  beforeChange?: (version: number) => void,
  migrations = MIGRATIONS,
): void {
  const version = schemaVersion(connection);
  if (version > migrations.length) {
    throw new Refusal(
      "unavailable",
      `The database has version ${version}, this release knows ${migrations.length}: ` +
        "start the newer release, or restore the backup made before the upgrade",
    );
  }
  if (version === migrations.length) return;
  if (version > 0) beforeChange?.(version);

  // Sorting a million visitors took 100 MB.
  inTempFiles(connection, () => {
    for (const [index, migration] of migrations.entries()) {
      if (index >= version) apply(connection, migration, index + 1);
    }
  });
}

function apply(connection: Connection, { name, sql, fill }: Migration, version: number): void {
  const { database } = connection;
  try {
    database.exec("begin immediate");
    database.exec(sql);
    fill?.(connection);
    database.exec(`pragma user_version = ${version}`);
    database.exec("commit");
  } catch (cause) {
    if (database.inTransaction) database.exec("rollback");
    throw new Error(`Migration ${name} failed`, { cause });
  }
}
