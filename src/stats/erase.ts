import { removeWhere } from "../store/remove-where.ts";
import { inSlices } from "../store/slices.ts";
import type { Write } from "../store/writer.ts";
import { noteErasure } from "./seal-state.ts";

/**
 * Removes the rows of events and sessions of visitors, in slices.
 *
 * Ingest must have let go of the visitors before: a row that comes after would stay.
 */
export async function removeRowsOf(
  write: Write,
  siteId: number,
  visitorIds: readonly number[],
): Promise<void> {
  const wanted = JSON.stringify(visitorIds);
  await removeWhere(
    write,
    {
      table: "events",
      key: "id",
      of: "site_id = ?",
      ofParameters: [siteId],
      where: "visitor_id in (select value from json_each(?))",
      parameters: [wanted],
    },
    noteErasure,
  );
  await inSlices(write, 0, (connection, done, rows) => {
    const sessions = connection
      .prepare(
        `/* removeRowsOf */ select s.id from json_each(?) j
         cross join sessions s on s.visitor_id = j.value limit ?`,
      )
      .all([wanted, rows]) as { id: number }[];
    if (sessions.length === 0) return undefined;
    const ids = JSON.stringify(sessions.map(({ id }) => id));
    for (const sql of [
      "delete from unsealed where session_id in (select value from json_each(?))",
      "delete from sessions where id in (select value from json_each(?))",
    ]) {
      connection.prepare(sql).run([ids]);
    }
    noteErasure(connection);
    return done + sessions.length;
  });
}
