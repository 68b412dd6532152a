import { dirname } from "node:path";
import type { Connection } from "./connection.ts";

/**
 * Does work whose temporary tables and sorting may be as large as the database: in files beside it.
 *
 * Elsewhere they are in memory, and where temporary files lie by default may be memory as well.
 * Not to be called within a transaction.
 */
export function inTempFiles<T>({ database }: Connection, work: () => T): T {
  const { file } = database.prepare("pragma database_list").get() as { file: string };
  database.exec(`pragma temp_store_directory = '${dirname(file).replaceAll("'", "''")}'`);
  database.exec("pragma temp_store = file");
  try {
    return work();
  } finally {
    database.exec("pragma temp_store = memory");
    database.exec("pragma temp_store_directory = ''");
  }
}
