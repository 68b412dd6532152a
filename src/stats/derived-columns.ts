import type { Numbers } from "./codec.ts";
import type { SessionNumbers, TermColumn } from "./block.ts";

// Columns that follow from others are not stored: the page a session began and ended with, which
// a seventh of a segment went for, and in which order sessions got their ids.

type Since = SessionNumbers["since"];

/** What of a block tells the pages of its views. */
export interface ViewsOf {
  readonly page: TermColumn;
  readonly name: TermColumn;
  /** Where the events of each session begin. */
  readonly offset: Uint32Array;
  /** Term of the name of page views; 0 if the site has none. */
  readonly viewTerm: number;
}

/** The page of the first view of each session, or of its first event if it has none. */
export function entryPages({ page, name, offset, viewTerm }: ViewsOf): TermColumn {
  const view = codeOf(name, viewTerm);
  const [names, pages] = [name.codes, page.codes];
  const codes = pages.slice(0, offset.length - 1);
  for (let session = 0; session < codes.length; session += 1) {
    const first = offset[session]!;
    const end = offset[session + 1]!;
    let at = first;
    while (at < end && names[at] !== view) at += 1;
    codes[session] = pages[at < end ? at : first]!;
  }
  return { codes, terms: page.terms };
}

/** The page of the last view of each session, or of its last event if it has none. */
export function exitPages({ page, name, offset, viewTerm }: ViewsOf): TermColumn {
  const view = codeOf(name, viewTerm);
  const [names, pages] = [name.codes, page.codes];
  const codes = pages.slice(0, offset.length - 1);
  for (let session = 0; session < codes.length; session += 1) {
    const first = offset[session]!;
    const last = offset[session + 1]! - 1;
    let at = last;
    while (at >= first && names[at] !== view) at -= 1;
    codes[session] = pages[at >= first ? at : last]!;
  }
  return { codes, terms: page.terms };
}

/** -1, which no code is, if there are no views. */
const codeOf = ({ terms }: TermColumn, viewTerm: number): number =>
  viewTerm === 0 ? -1 : terms.indexOf(viewTerm);

/**
 * Ids of sessions as they are stored: in the order in which the sessions began, as steps.
 *
 * Ids are given as sessions begin, so in that order most steps are small and go up. What came
 * late makes a step down: steps are even where they go up and odd where they go down.
 */
export function sessionSteps(ids: Uint32Array, since: Since): Float64Array {
  const order = byStart(since);
  const steps = new Float64Array(ids.length);
  let before = 0;
  for (let index = 0; index < order.length; index += 1) {
    const id = ids[order[index]!]!;
    steps[index] = id < before ? 2 * (before - id) - 1 : 2 * (id - before);
    before = id;
  }
  return steps;
}

/** What {@link sessionSteps} was made of. */
export function sessionIds(steps: Numbers, since: Since): Uint32Array {
  const order = byStart(since);
  const ids = new Uint32Array(steps.length);
  let before = 0;
  for (let index = 0; index < order.length; index += 1) {
    const step = steps[index]!;
    before += step % 2 === 1 ? -(step + 1) / 2 : step / 2;
    ids[order[index]!] = before;
  }
  return ids;
}

/**
 * Places of sessions in order of their start; those that began together stay in order.
 *
 * Start and place make one number each where they fit: numbers are sorted ten times as fast as
 * places by what is found there.
 */
function byStart(since: Since): Uint32Array {
  const places = new Uint32Array(since.length);
  const [least, most] = rangeOf(since);
  const unit = 2 ** Math.ceil(Math.log2(since.length + 1));
  if ((most - least + 1) * unit > Number.MAX_SAFE_INTEGER) {
    for (let place = 0; place < places.length; place += 1) places[place] = place;
    return places.sort((a, b) => since[a]! - since[b]! || a - b);
  }
  const both = new Float64Array(since.length);
  for (let place = 0; place < both.length; place += 1) {
    both[place] = (since[place]! - least) * unit + place;
  }
  both.sort();
  for (let index = 0; index < places.length; index += 1) places[index] = both[index]! % unit;
  return places;
}

function rangeOf(values: Since): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (let index = 0; index < values.length; index += 1) {
    least = Math.min(least, values[index]!);
    most = Math.max(most, values[index]!);
  }
  return [least, most];
}
