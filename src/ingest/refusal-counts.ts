import { cleanText } from "../lib/clean-text.ts";
import type { Connection } from "../store/connection.ts";

/** Why something that came in is in no figure; each is explained on the site's screen. */
export type Reason =
  | "bot"
  | "origin"
  | "malformed"
  | "too large"
  | "too fast"
  | "too old"
  | "busy"
  | "unknown site"
  | "not matching"
  | "paused"
  | "no visit"
  | "too many names"
  | "claim refused"
  | "link refused"
  | "failed";

/** Counts what is not recorded, by site, day and reason. */
export interface RefusalCounts {
  /** @param siteId 0 where no site is known. @param detail Shown to the owner; never personal. */
  count(siteId: number, reason: Reason, detail: string, now: number): void;
  /**
   * Writes what was counted since the last time.
   *
   * @returns To be called if the transaction did not happen: then it is written again.
   */
  write(connection: Connection): () => void;
  /** Whether there is anything to write. */
  hasNew(): boolean;
}

interface Entry {
  readonly siteId: number;
  readonly day: string;
  readonly reason: Reason;
  count: number;
  lastAt: number;
  detail: string;
  /** The last few distinct ones, the latest last. */
  readonly details: Map<string, { count: number; lastAt: number }>;
}

/** Distinct details kept of a day and reason: who floods us must not fill the file. */
const MOST_DETAILS = 20;

/**
 * Refusals are counted in memory and written with the next batch or the next second: a flood
 * of nonsense must not cost a transaction each. They were answered with a refusal, so a crash
 * loses a second of counts and nothing that was acknowledged.
 */
export function createRefusalCounts(): RefusalCounts {
  let entries = new Map<string, Entry>();

  return {
    count(siteId, reason, detail, now) {
      const day = new Date(now).toISOString().slice(0, 10);
      const name = `${siteId} ${day} ${reason}`;
      const entry = entries.get(name) ?? {
        siteId,
        day,
        reason,
        count: 0,
        lastAt: 0,
        detail,
        details: new Map(),
      };
      entry.count += 1;
      entry.lastAt = now;
      entry.detail = cleanText(detail, 300);
      noteDetail(entry.details, entry.detail, 1, now);
      entries.set(name, entry);
    },
    hasNew: () => entries.size > 0,
    write(connection) {
      const written = entries;
      entries = new Map();
      for (const entry of written.values()) {
        const { siteId, day, reason, count, lastAt, detail } = entry;
        connection
          .prepare(
            `insert into refusals (site_id, day, reason, count, last_at, detail)
             values (?, ?, ?, ?, ?, ?)
             on conflict (site_id, day, reason) do update set count = count + excluded.count,
               last_at = excluded.last_at, detail = excluded.detail`,
          )
          .run([siteId, day, reason, count, lastAt, detail]);
        writeDetails(connection, entry);
      }
      return () => {
        for (const [name, entry] of written) {
          const newer = entries.get(name);
          if (!newer) {
            entries.set(name, entry);
            continue;
          }
          newer.count += entry.count;
          for (const [detail, { count, lastAt }] of entry.details) {
            noteDetail(newer.details, detail, count, lastAt);
          }
        }
      };
    },
  };
}

function noteDetail(details: Entry["details"], detail: string, count: number, at: number): void {
  const known = details.get(detail);
  // Taken out and put back, so that the first of the map is the one not seen for longest.
  details.delete(detail);
  details.set(detail, {
    count: (known?.count ?? 0) + count,
    lastAt: Math.max(known?.lastAt ?? 0, at),
  });
  if (details.size <= MOST_DETAILS) return;
  const [oldest] = details.keys();
  if (oldest !== undefined) details.delete(oldest);
}

function writeDetails(connection: Connection, { siteId, day, reason, details }: Entry): void {
  const upsert = connection.prepare(
    `insert into refusal_details (site_id, day, reason, detail, count, last_at)
     values (?, ?, ?, ?, ?, ?)
     on conflict (site_id, day, reason, detail) do update set
       count = count + excluded.count, last_at = max(last_at, excluded.last_at)`,
  );
  for (const [detail, { count, lastAt }] of details) {
    upsert.run([siteId, day, reason, detail, count, lastAt]);
  }
  connection
    .prepare(
      `/* keepLastDetails */ delete from refusal_details
       where site_id = ?1 and day = ?2 and reason = ?3 and detail in (
         select detail from refusal_details where site_id = ?1 and day = ?2 and reason = ?3
         order by last_at desc, detail limit -1 offset ${MOST_DETAILS})`,
    )
    .run([siteId, day, reason]);
}
