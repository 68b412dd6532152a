import { ConnectionPool, Sqlite3Client } from "@libsql/client/sqlite3";
import { drizzle } from "drizzle-orm/libsql/sqlite3";
import Database from "libsql";
import PromiseDatabase from "libsql/promise";
import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";
import type { ResultSet } from "@libsql/client/sqlite3";

import { LOG_BYTES } from "./log-size.ts";
import * as schema from "./schema.ts";

/** The database as queries see it; a transaction is a store too. */
export type Store = BaseSQLiteDatabase<"async", ResultSet, typeof schema>;

/**
 * One libSQL connection with two faces: Drizzle for pages, prepared statements for hot paths.
 *
 * `@libsql/client` prepares every statement anew and builds rows property by property: fine
 * for a page, half the rate of ingest. Both faces share the connection, so that what one does
 * is in the other's transaction.
 */
export interface Connection {
  readonly store: Store;
  readonly database: Database.Database;
  /** Prepares a statement once and keeps it. For texts from the source only, never made up. */
  prepare(sql: string): Database.Statement;
  /**
   * Reads row by row, for as long as whoever asks wants more; the same text only once at a time.
   *
   * Not by the statement itself: one that is left before its last row goes on holding what it
   * sees, past the end of its transaction. Until it is run again the log cannot be begun anew.
   */
  iterate(sql: string, parameters: readonly unknown[]): Generator<unknown, void>;
  /**
   * Commits in a thread of libSQL's own, and resolves when it is on the disk.
   *
   * Until then nothing else may use this connection: it would wait for the disk after all.
   */
  commit(): Promise<void>;
  close(): void;
}

export interface ConnectionOptions {
  readonly readOnly?: boolean;
  /** How long to wait for a lock of another connection. */
  readonly busyTimeoutMs?: number;
  readonly cacheBytes?: number;
  /** Of a file that is being made; an existing one keeps its own. */
  readonly pageSize?: number;
}

/**
 * Opens one connection to the database file, with the pragmas every connection needs.
 *
 * @throws {Error} of libSQL, if the file is not a database or cannot be opened.
 */
export function connect(path: string, options: ConnectionOptions = {}): Connection {
  const { readOnly = false, busyTimeoutMs = 5000, cacheBytes = 16 * 1024 * 1024 } = options;
  const database = new Database(path, { timeout: busyTimeoutMs });
  if (!readOnly) {
    if (options.pageSize) {
      database.exec(`pragma page_size = ${options.pageSize}`);
      // Free pages are given back in slices, see `free-pages.ts`.
      database.exec("pragma auto_vacuum = incremental");
    }
    database.exec("pragma journal_mode = wal");
    // A passive checkpoint runs in a worker: one on the writer would stall a commit.
    database.exec("pragma wal_autocheckpoint = 0");
    // A log that had to grow for a slow reader gives its room back when it is begun anew,
    // by parts; see `keeper.ts`.
    database.exec(`pragma journal_size_limit = ${LOG_BYTES}`);
    database.exec("pragma synchronous = full");
  }
  database.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
  database.exec("pragma foreign_keys = on");
  database.exec(`pragma cache_size = -${Math.floor(cacheBytes / 1024)}`);
  database.exec("pragma temp_store = memory");
  if (readOnly) database.exec("pragma query_only = on");

  const statements = new Map<string, Database.Statement>();
  const prepare = (sql: string) => {
    let statement = statements.get(sql);
    if (!statement) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  const client = new Sqlite3Client(new OneConnection(path, database), "number");
  return {
    store: drizzle(client, { schema }),
    database,
    prepare,
    *iterate(sql, parameters) {
      const statement = prepare(sql);
      let isOver = false;
      try {
        yield* statement.iterate(parameters) as Iterable<unknown>;
        isOver = true;
      } finally {
        // To run it for one row ends it.
        if (!isOver) statement.get(parameters);
      }
    },
    // libSQL's two faces wrap the same native connection; only this one is told to wait elsewhere.
    commit: async () => {
      await PromiseDatabase.prototype.exec.call(database, "commit");
    },
    close() {
      statements.clear();
      database.close();
    },
  };
}

/**
 * A pool that always lends the same connection and takes no notice of its return.
 *
 * The stock pool opens connections when it likes, without our pragmas, and rolls back
 * what a borrower leaves open; here a transaction spans many calls.
 */
class OneConnection extends ConnectionPool {
  constructor(
    path: string,
    private readonly database: Database.Database,
  ) {
    super(path, {}, 1);
  }

  override acquire() {
    return Promise.resolve(this.database);
  }

  override acquireSync() {
    return this.database;
  }

  override release() {}

  override close() {}
}
