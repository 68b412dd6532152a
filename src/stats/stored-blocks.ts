import type { Reopened } from "./live-rows.ts";
import { SHARDS, type Block, type RawSession } from "./block.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { openBlock, type Reading } from "./open-block.ts";
import { rawSessionsOf } from "./raw-sessions.ts";
import type { SegmentRow } from "./read-column.ts";
import type { SealState } from "./seal-state.ts";
import { firstPlace } from "./sealed-copies.ts";
import { without } from "./without.ts";

/** The blocks of a site's segments, kept from look to look. */
export interface StoredBlocks {
  /** Opens what is new and closes what is gone. */
  follow(state: SealState): void;
  /**
   * Finds what is sealed of sessions that a late event came for.
   *
   * Of one in a damaged segment nothing is found: the rest of it is told of by its rows alone,
   * and whoever asks for the days of that segment is refused.
   */
  findSealed(sessions: readonly Reopened[]): Map<number, RawSession>;
  /** Counts these sessions no more where they are sealed; they are told of by a block of rows. */
  leaveOut(reopened: readonly Reopened[]): void;
  blocks(): Block[];
}

interface Opened {
  readonly segment: SegmentRow;
  readonly shard: number;
  readonly stored: Block;
  /** Sessions in it that count no more. */
  leftOut: ReadonlySet<number>;
  /** What is shown: the stored block, or one of another name that knows what to skip. */
  block: Block;
}

export function createStoredBlocks(reading: Reading, shards: readonly number[]): StoredBlocks {
  let opened: Opened[] = [];
  let state: SealState | undefined;

  const open = (segment: SegmentRow): Opened[] =>
    shards.flatMap((shard) => {
      const stored = openBlock(reading, segment, shard);
      return stored ? [{ segment, shard, stored, leftOut: NOTHING, block: stored }] : [];
    });

  const holding = (session: Reopened): Opened[] =>
    opened.filter(
      ({ shard, stored }) =>
        session.visitorId % SHARDS === shard &&
        stored.from <= session.lastAt &&
        stored.until > session.startedAt &&
        placesOf(stored, session).length > 0,
    );

  return {
    follow(next) {
      if (state?.segments === next.segments) return;
      const known = Map.groupBy(opened, ({ segment }) => nameOf(segment));
      opened = next.segments.flatMap((segment) => known.get(nameOf(segment)) ?? open(segment));
      state = next;
    },
    findSealed(sessions) {
      const found = new Map<number, RawSession>();
      for (const session of sessions) {
        for (const { segment, stored } of holding(session)) {
          if (state?.superseded.get(segment.id)?.has(session.id)) continue;
          const [copy] = copiesIn(stored, session);
          if (copy) found.set(session.id, copy);
        }
      }
      return found;
    },
    leaveOut(reopened) {
      const out = new Map<Opened, Set<number>>();
      for (const session of reopened) {
        for (const each of holding(session)) {
          out.set(each, (out.get(each) ?? new Set()).add(session.id));
        }
      }
      for (const each of opened) {
        const superseded = state?.superseded.get(each.segment.id) ?? NOTHING;
        show(each, superseded.union(out.get(each) ?? NOTHING));
      }
    },
    blocks: () => opened.map(({ block }) => block),
  };
}

const NOTHING: ReadonlySet<number> = new Set();

const nameOf = ({ id, createdAt }: SegmentRow): string => `${id}.${createdAt}`;

function show(opened: Opened, leftOut: ReadonlySet<number>): void {
  const isSame = leftOut.size === opened.leftOut.size && leftOut.isSubsetOf(opened.leftOut);
  if (isSame) return;
  opened.leftOut = leftOut;
  opened.block = leftOut.size === 0 ? opened.stored : without(opened.stored, leftOut);
}

const copiesIn = (block: Block, session: Reopened): RawSession[] =>
  unlessDamaged(() => rawSessionsOf(block, placesOf(block, session)));

/** Where a session stands in a block. */
const placesOf = (block: Block, { id, visitorId }: Reopened): number[] =>
  unlessDamaged(() => {
    const visitor = block.sessionNumbers("visitor");
    // Only where the visitor is there: ids are not ready at hand.
    let session: Uint32Array | undefined;
    const places: number[] = [];
    for (let at = firstPlace(visitor, visitorId); visitor[at] === visitorId; at += 1) {
      session ??= block.sessionNumbers("session");
      if (session[at] === id) places.push(at);
    }
    return places;
  });

function unlessDamaged<T>(find: () => T[]): T[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof DamagedSegment) return [];
    throw error;
  }
}
