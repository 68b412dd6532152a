import type { Connection } from "../store/connection.ts";
import { bulkInsert, type Row } from "./bulk-insert.ts";

/** Notes the sessions that go on although they are sealed, or being sealed right now. */
export interface Reopened {
  /**
   * Notes what came for them, in the transaction that stores it.
   *
   * @param rows Of `events`, as they are inserted: site, id, time, session and more.
   */
  note(connection: Connection, rows: readonly Row[]): void;
  /** To be called inside the transaction that begins a sealing. */
  sealUpTo(siteId: number, sessionId: number): void;
  forget(): void;
}

/**
 * Keeps the watermark of each site in memory, since it is asked for each event.
 *
 * One that is too high (a sealing whose first transaction did not happen) does no harm: what is
 * noted of sessions above the stored watermark is not looked at.
 */
export function createReopened(): Reopened {
  let watermarks: Map<number, number> | undefined;

  const load = (connection: Connection): ReadonlyMap<number, number> => {
    if (watermarks) return watermarks;
    const rows = connection
      .prepare("/* readWatermarks */ select site_id, next_session from seals")
      .all() as { site_id: number; next_session: number }[];
    watermarks = new Map(rows.map((row) => [row.site_id, row.next_session]));
    return watermarks;
  };

  return {
    note(connection, rows) {
      const known = load(connection);
      if (known.size === 0) return;
      const found = new Map<number, { siteId: number; first: number; last: number }>();
      for (const row of rows) {
        const [siteId, id, , sessionId] = row as readonly number[];
        if (sessionId! > (known.get(siteId!) ?? 0)) continue;
        const noted = found.get(sessionId!);
        if (noted) noted.last = id!;
        else found.set(sessionId!, { siteId: siteId!, first: id!, last: id! });
      }
      if (found.size === 0) return;
      bulkInsert(
        connection,
        "insert or ignore into unsealed (session_id, site_id, from_event, last_event)",
        [...found].map(([sessionId, { siteId, first, last }]) => [sessionId, siteId, first, last]),
      );
      const update = connection.prepare(
        "/* reopen */ update unsealed set last_event = ? where session_id = ?",
      );
      for (const [sessionId, { last }] of found) update.run([last, sessionId]);
    },

    sealUpTo(siteId, sessionId) {
      watermarks?.set(siteId, sessionId);
    },

    forget() {
      watermarks = undefined;
    },
  };
}
