import type { VisitorKeys } from "../identity/visitor-key.ts";
import { removeOldArrivals } from "../identity/arrival.ts";
import type { Log } from "../lib/log.ts";
import type { Connection } from "../store/connection.ts";
import type { Write } from "../store/writer.ts";
import type { RefusalCounts } from "./refusal-counts.ts";

export interface UpkeepParts {
  readonly write: Write;
  readonly refusals: RefusalCounts;
  readonly visitorKeys: VisitorKeys;
  readonly now: () => number;
  readonly log: Log;
}

export interface Upkeep {
  stop(): Promise<void>;
}

const EVERY_MS = 1000;
const CLEAN_EVERY_MS = 60 * 60 * 1000;
/** A repeat must be known for 7 days; the pixel gives up after 3. */
const KEEP_IDS_MS = 7 * 24 * 60 * 60 * 1000;
const KEEP_REFUSALS_MS = 90 * 24 * 60 * 60 * 1000;
/** Ids looked at in one slice: well below the 10 ms that upkeep may hold the writer. */
const SLICE = 2000;

/**
 * Writes counts that came without a batch, each second, and each hour lets go of what has
 * had its time.
 */
export function createUpkeep({ write, refusals, visitorKeys, now, log }: UpkeepParts): Upkeep {
  let cleanedAt = now();
  let working: Promise<void> | undefined;

  const writeRefusals = async () => {
    if (!refusals.hasNew()) return;
    let undo = () => {};
    try {
      await write((_, connection) => {
        undo = refusals.write(connection);
      }, "upkeep");
    } catch (error) {
      undo();
      throw error;
    }
  };

  const work = async () => {
    await writeRefusals();
    if (now() - cleanedAt < CLEAN_EVERY_MS) return;
    cleanedAt = now();
    visitorKeys.expire(now());
    await write((_, connection) => {
      removeOldArrivals(connection, now() - CLEAN_EVERY_MS);
      const day = new Date(now() - KEEP_REFUSALS_MS).toISOString().slice(0, 10);
      connection.prepare("delete from refusals where day < ?").run([day]);
      connection.prepare("delete from refusal_details where day < ?").run([day]);
    }, "upkeep");
    await removeOldIds(write, now() - KEEP_IDS_MS);
  };

  const timer = setInterval(() => {
    if (working) return;
    working = work()
      .catch((error) => log.error("upkeep failed", error))
      .finally(() => {
        working = undefined;
      });
  }, EVERY_MS);
  timer.unref();

  return {
    async stop() {
      clearInterval(timer);
      await working;
      await writeRefusals().catch((error) => log.error("the last counts were not written", error));
    },
  };
}

/**
 * Forgets ids of batches before a moment, slice by slice through the table.
 *
 * By the batch and not by the time an id begins with: that is the browser's clock, and a wrong
 * one would keep its ids for ever or lose them too soon.
 */
export async function removeOldIds(write: Write, before: number): Promise<void> {
  let from: string | undefined = "";
  while (from !== undefined) {
    const start: string = from;
    from = await write((_, connection) => removeSlice(connection, start, before), "upkeep");
  }
}

function removeSlice(connection: Connection, from: string, before: number): string | undefined {
  const last = connection
    .prepare("select id from event_ids where id > ? order by id limit 1 offset ?")
    .get([from, SLICE]) as { id: string } | undefined;
  connection
    .prepare("delete from event_ids where id > ? and id <= ? and batch < ?")
    .run([from, last?.id ?? "~", before]);
  return last?.id;
}
