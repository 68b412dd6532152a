import type { Block, RawSession } from "./block.ts";
import type { ColumnCache } from "./column-cache.ts";
import { makeBlock } from "./make-block.ts";
import { blockIn } from "./open-block.ts";
import { rawSessionsOf } from "./raw-sessions.ts";
import { encodeBlock } from "./segment.ts";
import { without } from "./without.ts";

/**
 * Sessions that are not sealed but quiet, encoded as in a segment but in memory.
 *
 * A tenth of what their rows take: millions may wait to be sealed, after an upgrade or a rush.
 */
export interface Settled {
  add(shard: number, sessions: readonly RawSession[], viewTerm: number): void;
  /** Gives back those that are here: something came for them. */
  takeOut(ids: ReadonlySet<number>): RawSession[];
  /** Forgets sessions that are in a segment now. */
  letGo(isGone: (id: number) => boolean): void;
  blocks(shard: number): Block[];
}

interface Group {
  readonly shard: number;
  readonly stored: Block;
  /** Rising. */
  readonly ids: Uint32Array;
  readonly leftOut: Set<number>;
  /** What is shown of it, until another session is left out. */
  shown: Block | undefined;
}

export function createSettled(cache: ColumnCache): Settled {
  let groups: Group[] = [];

  const leaveOut = (group: Group, ids: readonly number[]) => {
    if (ids.length === 0) return;
    for (const id of ids) group.leftOut.add(id);
    group.shown = undefined;
  };
  const dropEmpty = () => {
    groups = groups.filter(({ ids, leftOut }) => leftOut.size < ids.length);
  };

  return {
    add(shard, sessions, viewTerm) {
      const columns = new Map(
        encodeBlock(makeBlock(sessions, viewTerm), viewTerm).map(({ name, data }) => [name, data]),
      );
      const stored = blockIn(cache, (name, decode) => decode(columns.get(name)!));
      if (!stored) return;
      const ids = Uint32Array.from(sessions, ({ id }) => id).sort();
      groups.push({ shard, stored, ids, leftOut: new Set(), shown: undefined });
    },
    takeOut(wanted) {
      const found: RawSession[] = [];
      for (const group of groups) {
        const { stored, ids, leftOut } = group;
        const here = new Set([...wanted].filter((id) => has(ids, id) && !leftOut.has(id)));
        if (here.size === 0) continue;
        const session = stored.sessionNumbers("session");
        const places = [...session.keys()].filter((place) => here.has(session[place]!));
        found.push(...rawSessionsOf(stored, places));
        leaveOut(group, [...here]);
      }
      dropEmpty();
      return found;
    },
    letGo(isGone) {
      for (const group of groups) leaveOut(group, [...group.ids].filter(isGone));
      dropEmpty();
    },
    blocks: (wanted) =>
      groups
        .filter(({ shard }) => shard === wanted)
        .map((group) => {
          const { stored, leftOut } = group;
          return (group.shown ??= leftOut.size === 0 ? stored : without(stored, new Set(leftOut)));
        }),
  };
}

/** Whether a number is in a rising list. */
function has(ids: Uint32Array, id: number): boolean {
  let from = 0;
  let until = ids.length;
  while (from < until) {
    const middle = (from + until) >>> 1;
    if (ids[middle]! < id) from = middle + 1;
    else until = middle;
  }
  return ids[from] === id;
}
