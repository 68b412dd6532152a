import type { Block } from "./block.ts";
import { cut, type Piece } from "./pieces.ts";
import type { Filter } from "./question.ts";
import { createSelect, type Selecting } from "./select.ts";
import type { SiteFacts } from "./site-data.ts";

/** How blocks were cut for what was asked last. */
export interface Cuts {
  /** @returns What of a block counts; nothing, if none of its events does. */
  of(facts: SiteFacts, selecting: Selecting): (block: Block) => readonly Piece[];
}

/** A page asks for one period and the one before; beside it somebody may look at another. */
const MOST_KEPT = 4;

/**
 * Makes what remembers how blocks were cut: a page asks a dozen questions of one period and one
 * filter, and finding out what counts takes as long as counting it.
 *
 * Blocks never change, so what was found holds as long as the names that are counted stay the
 * same. Who is a contact does change, so where that is asked nothing is kept.
 */
export function createCuts(mostKept = MOST_KEPT): Cuts {
  const kept = new Map<string, (block: Block) => readonly Piece[]>();
  return {
    of(facts, selecting) {
      if (asksForContacts(selecting.filter)) return cutter(facts, selecting);
      const key = JSON.stringify([selecting, facts.viewTerm, [...facts.counted]]);
      let found = kept.get(key);
      if (!found) found = remembering(cutter(facts, selecting));
      kept.delete(key);
      kept.set(key, found);
      if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
      return found;
    },
  };
}

function cutter(facts: SiteFacts, selecting: Selecting): (block: Block) => readonly Piece[] {
  const select = createSelect(facts, selecting);
  return (block) => {
    const selected = select(block);
    return selected ? cut(block, selected) : [];
  };
}

function remembering(make: (block: Block) => readonly Piece[]) {
  const known = new WeakMap<Block, readonly Piece[]>();
  return (block: Block) => {
    let pieces = known.get(block);
    if (!pieces) known.set(block, (pieces = make(block)));
    return pieces;
  };
}

function asksForContacts(filter: Filter | undefined): boolean {
  if (!filter) return false;
  if ("all" in filter) return filter.all.some(asksForContacts);
  if ("any" in filter) return filter.any.some(asksForContacts);
  if ("not" in filter) return asksForContacts(filter.not);
  return filter.dimension === "contact";
}
