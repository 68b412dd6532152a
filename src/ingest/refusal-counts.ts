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
}

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
      const entry = entries.get(name) ?? { siteId, day, reason, count: 0, lastAt: 0, detail };
      entry.count += 1;
      entry.lastAt = now;
      entry.detail = detail.slice(0, 300);
      entries.set(name, entry);
    },
    hasNew: () => entries.size > 0,
    write(connection) {
      const written = entries;
      entries = new Map();
      for (const { siteId, day, reason, count, lastAt, detail } of written.values()) {
        connection
          .prepare(
            `insert into refusals (site_id, day, reason, count, last_at, detail)
             values (?, ?, ?, ?, ?, ?)
             on conflict (site_id, day, reason) do update set count = count + excluded.count,
               last_at = excluded.last_at, detail = excluded.detail`,
          )
          .run([siteId, day, reason, count, lastAt, detail]);
      }
      return () => {
        for (const [name, entry] of written) {
          const newer = entries.get(name);
          if (newer) newer.count += entry.count;
          else entries.set(name, entry);
        }
      };
    },
  };
}
