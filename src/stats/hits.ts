import type { Block, TermColumn } from "./block.ts";
import type { BlockMatch } from "./match.ts";

/** The events of a block that match one of up to eight things looked for. */
export interface Hits {
  readonly block: Block;
  /** Where those of each session begin, by its place, with one more entry for the end. */
  readonly begins: Uint32Array;
  /** Their places in the block, rising. */
  readonly events: Uint32Array;
  /** What each of them matches: bit 0 for the first thing looked for, and so on. */
  readonly marks: Uint8Array;
}

/**
 * Finds the events that match, also those of sessions that count no more.
 *
 * @param chosen 1 for each event of the block that may be looked at.
 * @param matches Up to eight; undefined for what nothing in this block can match.
 * @returns Undefined if there are none.
 */
export function findHits(
  block: Block,
  chosen: Uint8Array,
  matches: readonly (BlockMatch | undefined)[],
): Hits | undefined {
  if (!matches.some(Boolean)) return undefined;
  const marks = markEvents(block, chosen, matches);
  const offset = block.sessionNumbers("offset");
  const events = new Uint32Array(count(marks));
  if (events.length === 0) return undefined;
  const begins = new Uint32Array(block.sessions + 1);
  let found = 0;
  for (let session = 0; session < block.sessions; session += 1) {
    const end = offset[session + 1]!;
    for (let event = offset[session]!; event < end; event += 1) {
      if (marks[event] === 0) continue;
      events[found] = event;
      marks[found] = marks[event]!; // never ahead of what is still read
      found += 1;
    }
    begins[session + 1] = found;
  }
  return { block, begins, events, marks: marks.subarray(0, found) };
}

function count(marks: Uint8Array): number {
  let marked = 0;
  for (let event = 0; event < marks.length; event += 1) if (marks[event] !== 0) marked += 1;
  return marked;
}

/** What each event of a block matches, 0 for those that match nothing or may not be looked at. */
export function markEvents(
  block: Block,
  chosen: Uint8Array,
  matches: readonly (BlockMatch | undefined)[],
): Uint8Array {
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
  const marks = new Uint8Array(block.events);
  if (byPage.length === 0) markByName(marks, names, always);
  else {
    const pages = block.terms("page");
    const onPage = new Uint8Array(pages.terms.length);
    for (const { bit, pages: does } of byPage) {
      for (let code = 0; code < onPage.length; code += 1) onPage[code]! |= does[code]! * bit;
    }
    markByPage(marks, names, pages, always, mayBe, onPage);
  }
  for (let event = 0; event < marks.length; event += 1) marks[event]! &= -chosen[event]!;
  return marks;
}

function markByName(marks: Uint8Array, { codes }: TermColumn, always: Uint8Array): void {
  for (let event = 0; event < marks.length; event += 1) marks[event] = always[codes[event]!]!;
}

function markByPage(
  marks: Uint8Array,
  { codes: names }: TermColumn,
  { codes: pages }: TermColumn,
  always: Uint8Array,
  mayBe: Uint8Array,
  onPage: Uint8Array,
): void {
  for (let event = 0; event < marks.length; event += 1) {
    const name = names[event]!;
    marks[event] = always[name]! | (mayBe[name]! & onPage[pages[event]!]!);
  }
}
