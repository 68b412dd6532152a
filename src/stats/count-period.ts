import { PAGE_VIEW } from "../events/event.ts";
import type { Block } from "./block.ts";
import { Counter, countsWhole, type CountedBlock, type PeriodPart } from "./counter.ts";
import { createGrouping, type SplitColumns } from "./grouping.ts";
import { visitorRanges } from "./order.ts";
import type { Filter, Question, Stretch } from "./question.ts";
import { createSelect, type Selected } from "./select.ts";
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
      : (_: Block) => undefined;
  const counted: CountedBlock[] = [];
  for (const block of blocks) {
    const selected = select(block);
    const goals = selectGoal(block);
    if (!selected && !goals) continue;
    const split = selected && !selected.events && countsWhole(tallies) && grouping.split(block);
    if (split) counted.push(...inTwo(block, selected, split, goals));
    else counted.push({ block, selected, goals, columns: grouping.add(block) });
    yield;
  }
  const counter = new Counter(grouping, tallies, {
    viewTerm: facts.viewTerm,
    viewsOnly: asksForViews(filter),
    tuning,
  });
  const ranges = visitorRanges(
    counted.map(({ block }) => block),
    tuning.chunkEvents,
  );
  for (const range of ranges) {
    counter.count(counted, range);
    yield;
  }
  return counter.part();
}

/** A block twice: for sessions that are in one group as a whole, and for the others. */
function inTwo(
  block: Block,
  { sessions }: Selected,
  { whole, parted, several }: SplitColumns,
  goals: Selected | undefined,
): CountedBlock[] {
  const one = several.map((mark, session) => (1 - mark) & (sessions?.[session] ?? 1));
  const parts: CountedBlock[] = [
    { block, goals, columns: whole, selected: { sessions: one, events: undefined } },
  ];
  if (!several.includes(1)) return parts;
  const others = several.map((mark, session) => mark & (sessions?.[session] ?? 1));
  const selected = { sessions: others, events: undefined };
  return [...parts, { block, goals: undefined, columns: parted, selected }];
}

/** The filter of most lists of pages, which spares to tell views from events one by one. */
function asksForViews(filter: Filter | undefined): boolean {
  if (!filter || "any" in filter || "not" in filter) return false;
  if ("all" in filter) return filter.all.some(asksForViews);
  const { dimension, operator, values } = filter;
  return dimension === "event" && operator === "is" && values.every((name) => name === PAGE_VIEW);
}
