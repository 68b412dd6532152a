import type { Block } from "./block.ts";
import type { BlockMatch } from "./match.ts";
import type { Selected } from "./select.ts";
import type { Workbench } from "./workbench.ts";

/**
 * Marks the events of a block that match one of up to eight things.
 *
 * @param marks As long as there are events; what was in it is written over.
 * @param selected The events that may be looked at.
 * @param matches Up to eight; undefined for what nothing in this block can match.
 * @returns For each event its marks, bit 0 for the first match and so on; 0 for most. Undefined
 *   if nothing can match.
 */
export function markEvents(
  block: Block,
  selected: Selected,
  matches: readonly (BlockMatch | undefined)[],
  marks: Uint8Array,
): Uint8Array | undefined {
  if (!matches.some(Boolean)) return undefined;
  matchEvents(block, matches, marks);
  const { events, sessions } = selected;
  if (events) {
    for (let event = 0; event < marks.length; event += 1) marks[event]! &= -events[event]!;
  }
  if (sessions) {
    const offset = block.sessionNumbers("offset");
    for (let session = 0; session < sessions.length; session += 1) {
      if (sessions[session] === 0) marks.fill(0, offset[session]!, offset[session + 1]!);
    }
  }
  return marks;
}

function matchEvents(
  block: Block,
  matches: readonly (BlockMatch | undefined)[],
  marks: Uint8Array,
): void {
  const names = block.terms("name");
  // By code of the name: what matches on any page, and what it depends on the page for.
  const always = new Uint8Array(names.terms.length);
  const mayBe = new Uint8Array(names.terms.length);
  const byPage: { readonly bit: number; readonly pages: Uint8Array }[] = [];
  matches.forEach((match, index) => {
    if (!match) return;
    const bit = 1 << index;
    const target = match.pages ? mayBe : always;
    match.names.forEach((does, code) => (target[code]! |= does * bit));
    if (match.pages) byPage.push({ bit, pages: match.pages });
  });
  if (byPage.length === 0) {
    markByName(block, always, marks);
    return;
  }
  const onPage = new Uint8Array(block.terms("page").terms.length);
  for (const { bit, pages } of byPage) {
    for (let code = 0; code < onPage.length; code += 1) onPage[code]! |= pages[code]! * bit;
  }
  markByPage(block, always, mayBe, onPage, marks);
}

function markByName(block: Block, always: Uint8Array, marks: Uint8Array): void {
  // The dictionary begins with no term at all, but no event is without a name.
  const [, first = 0] = always;
  if (always.every((mark, code) => code === 0 || mark === first)) {
    marks.fill(first);
    return;
  }
  const { codes } = block.terms("name");
  for (let event = 0; event < marks.length; event += 1) marks[event] = always[codes[event]!]!;
}

function markByPage(
  block: Block,
  always: Uint8Array,
  mayBe: Uint8Array,
  onPage: Uint8Array,
  marks: Uint8Array,
): void {
  const names = block.terms("name").codes;
  const pages = block.terms("page").codes;
  for (let event = 0; event < marks.length; event += 1) {
    const name = names[event]!;
    marks[event] = always[name]! | (mayBe[name]! & onPage[pages[event]!]!);
  }
}

/** Room for the marks of all blocks of a site, block after block. */
export function createMarkRoom(
  blocks: readonly Block[],
  bench: Workbench,
): (block: Block) => Uint8Array {
  const most = blocks.reduce((sum, { events }) => sum + events, 0);
  const room = bench.columns("marks", most, (length) => new Uint8Array(length));
  let at = 0;
  return ({ events }) => {
    at += events;
    return room.subarray(at - events, at);
  };
}
