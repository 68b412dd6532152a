import type { Block } from "./block.ts";
import { cut, touched, type Piece } from "./pieces.ts";
import type { Filter } from "./question.ts";
import { createSelect, type Selected, type Selecting } from "./select.ts";
import type { SiteFacts } from "./site-data.ts";

/** How blocks were cut for what was asked last. */
export interface Cuts {
  /** @returns What of a block counts; nothing, if none of its events does. */
  of(facts: SiteFacts, selecting: Selecting): (block: Block) => readonly Piece[];
  /** @returns The sessions of a block of which an event counts, as a block of their own. */
  touched(facts: SiteFacts, selecting: Selecting): (block: Block) => Block | undefined;
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
  const pieces = new Map<string, (block: Block) => readonly Piece[]>();
  const blocks = new Map<string, (block: Block) => Block | undefined>();
  return {
    of: (facts, selecting) => recall(pieces, mostKept, facts, selecting, NOTHING, cut),
    touched: (facts, selecting) => recall(blocks, mostKept, facts, selecting, undefined, touched),
  };
}

const NOTHING: readonly Piece[] = [];

/** @param none What is found of a block of which nothing counts. */
function recall<T>(
  kept: Map<string, (block: Block) => T>,
  mostKept: number,
  facts: SiteFacts,
  selecting: Selecting,
  none: T,
  make: (block: Block, selected: Selected) => T,
): (block: Block) => T {
  const finder = () => {
    const select = createSelect(facts, selecting);
    return (block: Block): T => {
      const selected = select(block);
      return selected ? make(block, selected) : none;
    };
  };
  if (asksForContacts(selecting.filter)) return finder();
  const key = JSON.stringify([selecting, facts.viewTerm, [...facts.counted]]);
  const found = kept.get(key) ?? remembering(finder());
  kept.delete(key);
  kept.set(key, found);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  return found;
}

function remembering<T>(find: (block: Block) => T): (block: Block) => T {
  const known = new WeakMap<Block, { readonly found: T }>();
  return (block) => {
    let one = known.get(block);
    if (!one) known.set(block, (one = { found: find(block) }));
    return one.found;
  };
}

function asksForContacts(filter: Filter | undefined): boolean {
  if (!filter) return false;
  if ("all" in filter) return filter.all.some(asksForContacts);
  if ("any" in filter) return filter.any.some(asksForContacts);
  if ("not" in filter) return asksForContacts(filter.not);
  return filter.dimension === "contact";
}
