import type { Connection } from "../store/connection.ts";
import type { Block } from "./block.ts";
import type { ColumnCache } from "./column-cache.ts";
import { createLiveRows, type LiveRows, type Reopened } from "./live-rows.ts";
import { makeBlock } from "./make-block.ts";
import { readRowTerms, type RowTerms } from "./row-sessions.ts";
import { readSealState, type SealState } from "./seal-state.ts";
import { createStoredBlocks, type StoredBlocks } from "./stored-blocks.ts";

/** What a worker has at hand of the sites it is asked about. */
export interface Shelf {
  /**
   * All blocks of a site, sealed and not, of one moment.
   *
   * With few live rows that moment is now. With many it may be a little ago, so that taking up
   * what is new takes a twentieth of the time, or more where that is more than a second.
   *
   * @param isStale What was shown last is known to be replaced: it is looked at anew.
   */
  blocks(siteId: number, isStale?: boolean): readonly Block[];
}

/** Up to here, making the blocks of the rows anew takes a few milliseconds. */
const EXACT_ROWS = 20_000;
/** Rows that a worker keeps of a site as they are, about 300 bytes each. */
const MOST_ROWS = 50_000;
const PAUSE_FACTOR = 19;
/** Columns of a replaced segment are kept a minute: whoever still shows it must look again before. */
const LONGEST_PAUSE_MS = 20_000;

export interface ShelfOptions {
  /** Ms, never set back. */
  readonly clock?: () => number;
  readonly mostRows?: number;
}

/**
 * @param connection Read only, and with no transaction open when the shelf is asked.
 * @param shards Which visitors it is to hold: `id % SHARDS`.
 */
export function createShelf(
  connection: Connection,
  cache: ColumnCache,
  shards: readonly number[],
  { clock = () => performance.now(), mostRows = MOST_ROWS }: ShelfOptions = {},
): Shelf {
  const sites = new Map<number, SiteShelf>();
  return {
    blocks(siteId, isStale = false) {
      const version = dataVersion(connection);
      const site = sites.get(siteId);
      const rests = !isStale && site !== undefined && clock() < site.restsUntil;
      if (site && (site.version === version || rests)) {
        return site.blocks;
      }
      // If the look fails halfway, what was kept is not what was seen.
      sites.delete(siteId);
      const looked = look({ connection, cache, shards, clock, mostRows }, siteId, site);
      sites.set(siteId, { ...looked, version });
      return looked.blocks;
    },
  };
}

/** Changes when another connection has committed. */
function dataVersion(connection: Connection): number {
  const row = connection.prepare("pragma data_version").get([]) as { data_version: number };
  return row.data_version;
}

interface SiteShelf {
  readonly version: number;
  /** Until then it is shown as it is. */
  readonly restsUntil: number;
  readonly state: SealState;
  readonly terms: RowTerms;
  readonly live: LiveRows;
  readonly stored: StoredBlocks;
  readonly reopened: readonly Reopened[];
  readonly ofRows: ReadonlyMap<number, Block>;
  readonly blocks: readonly Block[];
}

interface Sight {
  readonly connection: Connection;
  readonly cache: ColumnCache;
  readonly shards: readonly number[];
  readonly clock: () => number;
  readonly mostRows: number;
}

function look(
  sight: Sight,
  siteId: number,
  before: SiteShelf | undefined,
): Omit<SiteShelf, "version"> {
  const { connection, shards, clock } = sight;
  const began = clock();
  const stored = before?.stored ?? createStoredBlocks(sight, shards);
  connection.database.exec("begin");
  try {
    const terms = readRowTerms(connection, siteId);
    const state = readSealState(connection, siteId, before?.state);
    const kept = before && isStillGood(before, terms, state) ? before : undefined;
    const live = kept?.live ?? createLiveRows({ ...sight, siteId, terms });
    stored.follow(state);
    const changed = live.takeUp(state, stored.findSealed);
    const reopened = live.reopened();
    if (!kept || kept.state.segments !== state.segments || !areSame(reopened, kept.reopened)) {
      stored.leaveOut(reopened);
    }
    const ofRows = new Map(kept?.ofRows);
    for (const shard of changed) {
      const block = makeBlock(live.sessionsOf(shard), terms.view);
      if (block.sessions === 0) ofRows.delete(shard);
      else ofRows.set(shard, block);
    }
    const unsealed = shards.flatMap((shard) => [
      ...live.settledBlocks(shard),
      ...(ofRows.has(shard) ? [ofRows.get(shard)!] : []),
    ]);
    const blocks = [...stored.blocks(), ...unsealed];
    const ended = clock();
    const pause = live.rows > EXACT_ROWS ? (ended - began) * PAUSE_FACTOR : 0;
    const restsUntil = ended + Math.min(pause, LONGEST_PAUSE_MS);
    return { restsUntil, state, terms, live, stored, reopened, ofRows, blocks };
  } finally {
    connection.database.exec("commit");
  }
}

/** Whether what is kept of the rows can be gone on with. */
const isStillGood = (before: SiteShelf, terms: RowTerms, state: SealState): boolean =>
  before.terms.view === terms.view &&
  before.terms.engagement === terms.engagement &&
  before.state.erasures === state.erasures;

const areSame = (some: readonly Reopened[], others: readonly Reopened[]): boolean =>
  some.length === others.length && some.every(({ id }, index) => id === others[index]!.id);
