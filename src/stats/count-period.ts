import { PAGE_VIEW } from "../events/event.ts";
import { Counter, type CountedBlock, type PeriodPart } from "./counter.ts";
import { createGrouping } from "./grouping.ts";
import { visitorRanges } from "./order.ts";
import { cut, ofSessions, touched, type Piece } from "./pieces.ts";
import type { Filter, Question, Stretch } from "./question.ts";
import { createSelect } from "./select.ts";
import type { SiteData } from "./site-data.ts";
import type { Tally } from "./tallies.ts";
import type { Tuning } from "./tuning.ts";

/**
 * Counts by visitor: a range of visitors at a time, block by block, and then in order of visitor.
 *
 * So what is worked on stays in the cache of the core, memory does not grow with the period, and
 * it does not matter whether sessions of a visitor overlap or come late.
 */
export function* countPeriod(
  { blocks, facts }: SiteData,
  question: Question,
  {
    period,
    buckets,
  }: { readonly period: Stretch; readonly buckets?: readonly number[] | undefined },
  tallies: readonly Tally[],
  tuning: Tuning,
): Generator<undefined, PeriodPart> {
  const { zone, filter, goal } = question;
  const grouping = createGrouping(facts, question, { period, buckets }, tuning);
  const select = createSelect(facts, { period, zone, filter });
  const selectGoal =
    goal && tallies.includes("conversions")
      ? createSelect(facts, { period, zone, match: goal })
      : undefined;
  const counted: CountedBlock[] = [];
  for (const block of blocks) {
    const selected = select(block);
    for (const piece of selected ? cut(block, selected) : []) counted.push(...grouped(piece));
    const goals = selectGoal?.(block);
    const reached = goals && touched(block, goals);
    if (reached) counted.push({ block: reached, counted: undefined, isGoal: true });
    yield;
  }
  const counter = new Counter(counted, grouping, tallies, {
    viewTerm: facts.viewTerm,
    viewsOnly: asksForViews(filter),
    tuning,
  });
  const ranges = visitorRanges(
    counted.map(({ block }) => block),
    tuning.chunkEvents,
  );
  for (const range of ranges) {
    counter.count(range);
    yield;
  }
  return counter.part();

  /** Where time is what differs within a session: those of one time apart from all others. */
  function grouped({ block, selected }: Piece): CountedBlock[] {
    const split = selected.events ? undefined : grouping.split(block);
    if (!split) {
      const columns = grouping.add(block);
      return [{ block, counted: { selected, columns }, isGoal: false }];
    }
    const { columns, several } = split;
    const { sessions } = selected;
    const [one, others] = apart(several, sessions);
    const whole = { sessions: one, events: undefined };
    const parts: CountedBlock[] = [{ block, counted: { selected: whole, columns }, isGoal: false }];
    for (const piece of ofSessions(block, others)) {
      const rest = { selected: piece.selected, columns: grouping.add(piece.block) };
      parts.push({ block: piece.block, counted: rest, isGoal: false });
    }
    return parts;
  }
}

/** Of sessions that count: those that are not marked, and those that are. */
function apart(marks: Uint8Array, sessions: Uint8Array | undefined): [Uint8Array, Uint8Array] {
  const one = new Uint8Array(marks.length);
  const others = new Uint8Array(marks.length);
  for (let session = 0; session < marks.length; session++) {
    const counts = sessions ? sessions[session]! : 1;
    one[session] = counts & (1 - marks[session]!);
    others[session] = counts & marks[session]!;
  }
  return [one, others];
}

/** The filter of most lists of pages, which spares to tell views from events one by one. */
function asksForViews(filter: Filter | undefined): boolean {
  if (!filter || "any" in filter || "not" in filter) return false;
  if ("all" in filter) return filter.all.some(asksForViews);
  const { dimension, operator, values } = filter;
  return dimension === "event" && operator === "is" && values.every((name) => name === PAGE_VIEW);
}
