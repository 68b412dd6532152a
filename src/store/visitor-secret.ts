import type { Connection } from "./connection.ts";

/** What digests of visitors' keys are made with: as old as the database, and in each copy of it. */
export function readVisitorSecret({ database }: Connection): Uint8Array {
  const row = database.prepare("select value from secrets where name = 'visitor keys'").get() as {
    value: ArrayBuffer;
  };
  return new Uint8Array(row.value);
}
