import type { Block } from "./block.ts";
import { pathTest, testOf, type ValueTest } from "./condition-test.ts";
import { dimensionColumn, textOfJson, type DimensionColumn } from "./dimension-column.ts";
import { DIMENSIONS, PROPERTY, type Dimension } from "./dimensions.ts";
import { lookUpBits, type Codes } from "./look-up.ts";
import { andMasks, eventBits, notMask, orMasks, type Mask } from "./mask.ts";
import type { Filter, Match, Stretch } from "./question.ts";
import type { SiteFacts } from "./site-data.ts";

/** What is asked of events before they count. */
export interface Selecting {
  readonly period: Stretch;
  /** IANA name; for hours and weekdays. */
  readonly zone: string;
  readonly filter?: Filter | undefined;
  /** A goal or a step they must meet besides. */
  readonly match?: Match | undefined;
  /** Also events without a definition. */
  readonly all?: boolean | undefined;
}

/**
 * The events of a block that count: those marked in `events`, of sessions marked in `sessions`.
 *
 * `undefined` stands for all of them. What is asked of sessions and what is asked of events are
 * kept apart, since there are four times fewer sessions. A session that is marked need not have
 * an event that is.
 */
export interface Selected {
  readonly sessions: Uint8Array | undefined;
  readonly events: Uint8Array | undefined;
}

/** @returns `undefined`, if no event of the block counts. */
export type Select = (block: Block) => Selected | undefined;

/**
 * Makes the selection for a site; texts are compared once for each term, not for each event.
 *
 * Period, counted names, filter and match all hold of what is selected, and sessions that count no
 * more are left out. The marks may be kept, but not changed.
 */
export function createSelect(facts: SiteFacts, selecting: Selecting): Select {
  const { period, zone, filter, match, all = false } = selecting;
  const parts: BlockTest[] = [(block) => timeMask(block, period)];
  if (!all) parts.push(namesTest(facts.counted));
  for (const part of flatten(filter)) parts.push(compile(part, facts, zone));
  if (match) parts.push(matchTest(match, facts, zone));

  return (block) => {
    if (block.events === 0 || block.until <= period.from || block.from >= period.until) return;
    let sessions: Mask = block.skip ? notMask({ of: "session", bits: block.skip }) : true;
    let events: Mask = true;
    for (const part of parts) {
      const mask = part(block);
      if (mask === false) return;
      if (mask === true) continue;
      if (mask.of === "session") sessions = andMasks(block, sessions, mask);
      else events = andMasks(block, events, mask);
    }
    return { sessions: bitsOf(sessions), events: bitsOf(events) };
  };
}

/** One mark for each event: those that count, of all that was asked. */
export function selectedEvents(block: Block, selected: Selected): Uint8Array {
  const { sessions, events } = selected;
  if (!sessions) return events ?? new Uint8Array(block.events).fill(1);
  const bits = eventBits(block, sessions);
  if (events) for (let index = 0; index < bits.length; index++) bits[index]! &= events[index]!;
  return bits;
}

/** The marks are made for one block and one question: whoever combines them may write to them. */
type BlockTest = (block: Block) => Mask;

const bitsOf = (mask: Mask) => (typeof mask === "boolean" ? undefined : mask.bits);

/** All of these must hold; taken apart so that those of sessions stay cheap. */
function flatten(filter: Filter | undefined): readonly Filter[] {
  if (!filter) return [];
  return "all" in filter ? filter.all.flatMap(flatten) : [filter];
}

function compile(filter: Filter, facts: SiteFacts, zone: string): BlockTest {
  if ("all" in filter) {
    const tests = filter.all.map((part) => compile(part, facts, zone));
    return (block) => tests.reduce<Mask>((mask, test) => andLazily(block, mask, test), true);
  }
  if ("any" in filter) {
    const tests = filter.any.map((part) => compile(part, facts, zone));
    return (block) => tests.reduce<Mask>((mask, test) => orLazily(block, mask, test), false);
  }
  if ("not" in filter) {
    const test = compile(filter.not, facts, zone);
    return (block) => notMask(test(block));
  }
  const test = testOf(filter);
  if (filter.dimension.startsWith(PROPERTY)) {
    return propertyTest(filter.dimension.slice(PROPERTY.length), test);
  }
  return dimensionTest(filter.dimension, test, facts, zone);
}

const andLazily = (block: Block, mask: Mask, test: BlockTest) =>
  mask === false ? false : andMasks(block, mask, test(block));

const orLazily = (block: Block, mask: Mask, test: BlockTest) =>
  mask === true ? true : orMasks(block, mask, test(block));

function matchTest(match: Match, facts: SiteFacts, zone: string): BlockTest {
  if (match.kind === "event") {
    return dimensionTest("event", (text) => text === match.match, facts, zone);
  }
  const isView = namesTest(new Set([facts.viewTerm]));
  const isPage = dimensionTest("page", pathTest(match), facts, zone);
  return (block) => andLazily(block, isView(block), isPage);
}

function namesTest(names: ReadonlySet<number>): BlockTest {
  return (block) => {
    const column = block.terms("name");
    // The dictionary begins with no term at all, but no event is without a name.
    const table = Uint8Array.from(column.terms, (term) => Number(term === 0 || names.has(term)));
    return maskOf("event", column, table);
  };
}

/**
 * Only blocks at the edge of the period need their times looked at, and of these only sessions
 * that reach over the edge those of their events.
 */
function timeMask(block: Block, { from, until }: Stretch): Mask {
  if (block.from >= from && block.until <= until) return true;
  const since = block.sessionNumbers("since");
  const duration = block.sessionNumbers("duration");
  const sessions = new Uint8Array(block.sessions);
  const over: number[] = [];
  for (let session = 0; session < sessions.length; session++) {
    const start = block.from + since[session]!;
    const end = start + duration[session]!;
    if (start >= from && end < until) sessions[session] = 1;
    else if (start < until && end >= from) over.push(session);
  }
  if (over.length === 0) return { of: "session", bits: sessions };
  const bits = eventBits(block, sessions);
  const offset = block.sessionNumbers("offset");
  const after = block.afterOf(Uint32Array.from(over));
  let at = 0;
  for (const session of over) {
    const start = block.from + since[session]!;
    const [low, high] = [from - start, until - start];
    for (let event = offset[session]!; event < offset[session + 1]!; event++, at++) {
      if (after[at]! >= low && after[at]! < high) bits[event] = 1;
    }
  }
  return { of: "event", bits };
}

function dimensionTest(
  dimension: Dimension,
  test: ValueTest,
  facts: SiteFacts,
  zone: string,
): BlockTest {
  const numeric = "numeric" in DIMENSIONS[dimension as keyof typeof DIMENSIONS];
  const ofTerm = remembering((term) => test(facts.textOf(term), undefined));
  return (block) => {
    const column = dimensionColumn(block, facts, dimension, zone);
    return maskOf(column.of, column, tableOf(column, test, ofTerm, numeric));
  };
}

function tableOf(
  { values }: DimensionColumn,
  test: ValueTest,
  ofTerm: (term: number) => number,
  numeric: boolean,
): Uint8Array {
  if ("terms" in values) {
    const table = new Uint8Array(values.terms.length);
    for (let code = 0; code < table.length; code++) table[code] = ofTerm(values.terms[code]!);
    return table;
  }
  const { texts } = values;
  return Uint8Array.from(texts, (text) => Number(test(text, numeric ? Number(text) : undefined)));
}

/** Remembers by term what a test says: blocks share most of their terms. */
function remembering(test: (term: number) => boolean): (term: number) => number {
  const UNKNOWN = 2;
  let known = new Uint8Array(1024).fill(UNKNOWN);
  return (term) => {
    if (term >= known.length) {
      const grown = new Uint8Array(Math.max(known.length * 2, term + 1)).fill(UNKNOWN);
      grown.set(known);
      known = grown;
    }
    if (known[term] === UNKNOWN) known[term] = Number(test(term));
    return known[term]!;
  };
}

/** @param table For each code 1 if it holds; where it is the same for all nobody asks for codes. */
function maskOf(
  of: "session" | "event",
  column: { readonly codes: Codes },
  table: Uint8Array,
): Mask {
  if (!table.includes(0)) return true;
  if (!table.includes(1)) return false;
  return { of, bits: lookUpBits(column.codes, table) };
}

/** A property is sparse: the answer for events without it, and then for those that have it. */
function propertyTest(key: string, test: ValueTest): BlockTest {
  return (block) => {
    const without = test("", undefined);
    const property = block.property(key);
    if (!property) return without;
    const bits = new Uint8Array(block.events);
    if (without) bits.fill(1);
    const { numbers, others } = property;
    for (let index = 0; index < numbers.at.length; index++) {
      const value = numbers.values[index]!;
      bits[numbers.at[index]!] = Number(test(String(value), value));
    }
    const table = Uint8Array.from(others.values, (json) =>
      Number(test(textOfJson(json), undefined)),
    );
    for (let index = 0; index < others.at.length; index++) {
      bits[others.at[index]!] = table[others.codes[index]!]!;
    }
    return { of: "event", bits };
  };
}
