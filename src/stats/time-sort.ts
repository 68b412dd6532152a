import type { HitChunk, Marked } from "./hits.ts";

/**
 * Puts the hits of one visitor in order of time, then of id of the session, then of place in it.
 *
 * Sessions of a visitor come in order of time as a rule, and then nothing is left to sort. Where
 * they overlap (late events, wrong clocks, merged visitors) or meet in one moment, they are.
 *
 * @returns Sorts the hits from `from` to before `until` of the order of a chunk.
 */
export function createTimeSort(marked: readonly Marked[]) {
  // Seldom needed, and not ready at hand: see `sessionIds()`.
  const ids: Uint32Array[] = [];
  const idsOf = (block: number) => (ids[block] ??= marked[block]!.block.sessionNumbers("session"));
  return (chunk: HitChunk, from: number, until: number): void => {
    if (isInOrder(chunk, from, until)) return;
    const { order, at, blocks, sessions } = chunk;
    const idOf = (hit: number) => idsOf(blocks[hit]!)[sessions[hit]!]!;
    // Hits of one session are gathered in its order.
    order.subarray(from, until).sort((a, b) => at[a]! - at[b]! || idOf(a) - idOf(b) || a - b);
  };
}

function isInOrder({ order, at, blocks, sessions }: HitChunk, from: number, until: number) {
  for (let place = from + 1; place < until; place += 1) {
    const [before, hit] = [order[place - 1]!, order[place]!];
    if (at[hit]! > at[before]!) continue;
    if (blocks[hit] !== blocks[before] || sessions[hit] !== sessions[before]) return false;
  }
  return true;
}
