import type { Hits } from "./hits.ts";

/** The hits of one visitor, in the order in which a funnel looks at them. */
export interface VisitorHits {
  /** How many there are; the arrays are longer. */
  readonly size: number;
  readonly at: Float64Array;
  readonly marks: Uint8Array;
  /** Of each hit: the place of its block in the list, of its session, and of itself. */
  readonly blocks: Uint32Array;
  readonly sessions: Uint32Array;
  readonly events: Uint32Array;
  addSession(block: number, session: number): void;
  /** Puts them in order of time, then id of the session, then place in it. */
  sort(): void;
  clear(): void;
}

/**
 * Gathers the hits of one visitor after the other.
 *
 * Sessions of a visitor come in order of time as a rule, and then nothing is left to sort. Where
 * they overlap (late events, wrong clocks, merged visitors) the hits are sorted.
 */
export function createVisitorHits(found: readonly Hits[]): VisitorHits {
  const columns = found.map(({ block, begins, events, marks }) => ({
    started: block.sessionNumbers("started"),
    after: block.eventNumbers("after"),
    ids: block.sessionNumbers("session"),
    begins,
    events,
    marks,
  }));
  let inOrder = true;
  let lastAt = -Infinity;
  let lastId = -1;
  const hits = {
    ...emptyArrays(64),
    size: 0,
    addSession(block: number, session: number): void {
      const { started, after, ids, begins, events, marks } = columns[block]!;
      const end = begins[session + 1]!;
      let hit = begins[session]!;
      if (hit === end) return;
      let { size } = hits;
      if (size + end - hit > hits.at.length) grow(2 * (size + end - hit));
      const begin = started[session]!;
      const id = ids[session]!;
      const firstAt = begin + after[events[hit]!]!;
      if (firstAt < lastAt || (firstAt === lastAt && id < lastId)) inOrder = false;
      for (; hit < end; hit += 1, size += 1) {
        const event = events[hit]!;
        hits.at[size] = begin + after[event]!;
        hits.marks[size] = marks[hit]!;
        hits.blocks[size] = block;
        hits.sessions[size] = session;
        hits.events[size] = event;
      }
      hits.size = size;
      lastAt = hits.at[size - 1]!;
      lastId = id;
    },
    sort(): void {
      if (inOrder) return;
      const { size, blocks, sessions } = hits;
      const idOf = (hit: number) => columns[blocks[hit]!]!.ids[sessions[hit]!]!;
      const { at } = hits;
      // The sort is stable, so that events of one session stay as they are.
      const order = Array.from({ length: size }, (_, hit) => hit);
      order.sort((a, b) => at[a]! - at[b]! || idOf(a) - idOf(b));
      const sorted = emptyArrays(at.length);
      for (const name of NAMES) {
        for (let place = 0; place < size; place += 1) {
          sorted[name][place] = hits[name][order[place]!]!;
        }
      }
      Object.assign(hits, sorted);
    },
    clear(): void {
      hits.size = 0;
      inOrder = true;
      lastAt = -Infinity;
      lastId = -1;
    },
  };
  return hits;

  function grow(length: number): void {
    const grown = emptyArrays(length);
    for (const name of NAMES) grown[name].set(hits[name]);
    Object.assign(hits, grown);
  }
}

const NAMES = ["at", "marks", "blocks", "sessions", "events"] as const;

const emptyArrays = (length: number) => ({
  at: new Float64Array(length),
  marks: new Uint8Array(length),
  blocks: new Uint32Array(length),
  sessions: new Uint32Array(length),
  events: new Uint32Array(length),
});
