import { PAGE_VIEW } from "../events/event.ts";
import type { Block } from "./block.ts";
import { compact } from "./compact.ts";
import { Counter, isDistinct, wordsFor, type CountedBlock, type PeriodPart } from "./counter.ts";
import { createCuts } from "./cuts.ts";
import { createGrouping } from "./grouping.ts";
import { blockRanges, closeRanges, visitorRanges, type VisitorRange } from "./order.ts";
import { EVERYTHING, type Piece } from "./pieces.ts";
import type { Filter, Question, Stretch } from "./question.ts";
import type { SiteData } from "./site-data.ts";
import type { Tally } from "./tallies.ts";
import type { Tuning } from "./tuning.ts";
import { atWorkbench, type Workbench } from "./workbench.ts";

/**
 * Counts by visitor: a range of visitors at a time, block by block, and then in order of visitor.
 *
 * So memory does not grow with the period, and it does not matter whether sessions of a visitor
 * overlap or come late.
 */
export function countPeriod(
  site: SiteData,
  question: Question,
  span: CountedSpan,
  tallies: readonly Tally[],
  tuning: Tuning,
): Generator<undefined, PeriodPart> {
  return atWorkbench(site.benches, (bench) =>
    count(site, question, span, tallies, { tuning, bench }),
  );
}

export interface CountedSpan {
  readonly period: Stretch;
  readonly buckets?: readonly number[] | undefined;
}

function* count(
  { blocks, facts, idShift = 0, cuts = createCuts(0) }: SiteData,
  question: Question,
  { period, buckets }: CountedSpan,
  tallies: readonly Tally[],
  { tuning, bench }: { readonly tuning: Tuning; readonly bench: Workbench },
): Generator<undefined, PeriodPart> {
  const { zone, filter, goal } = question;
  const grouping = createGrouping(facts, question, { period, buckets }, { tuning, bench });
  const piecesOf = cuts.of(facts, { period, zone, filter });
  const reachedOf =
    goal && tallies.includes("conversions")
      ? cuts.touched(facts, { period, zone, match: goal })
      : undefined;
  const counted: CountedBlock[] = [];
  for (const block of blocks) {
    for (const piece of piecesOf(block)) counted.push(...grouped(piece));
    const reached = reachedOf?.(block);
    if (reached) counted.push({ block: reached, counted: undefined, isGoal: true });
    yield;
  }
  const counter = new Counter(counted, grouping, tallies, {
    viewTerm: facts.viewTerm,
    viewsOnly: asksForViews(filter),
    idShift,
    tuning,
    bench,
  });
  const countedBlocks = counted.map(({ block }) => block);
  const ranges = tallies.some(isDistinct)
    ? distinctRanges(countedBlocks, grouping.mostGroups(), idShift, tuning)
    : blockRanges(countedBlocks, tuning.chunkEvents);
  for (const range of ranges) yield* counter.count(range);
  return counter.part();

  /** Where time is what differs within a session: those of one time apart from all others. */
  function grouped({ block, selected, isThin }: Piece): CountedBlock[] {
    const split = selected.events ? undefined : grouping.split(block);
    if (!split) {
      const columns = grouping.add(block);
      return [{ block, counted: { selected, columns, isThin }, isGoal: false }];
    }
    const { columns, several } = split;
    const { sessions } = selected;
    const places = sessions ? several.filter((place) => sessions[place] === 1) : several;
    const parts: CountedBlock[] = [
      { block, counted: { selected, columns, isThin }, isGoal: false },
    ];
    if (places.length === 0) return parts;
    const rest = compact(block, places);
    const counts = { selected: EVERYTHING, columns: grouping.add(rest), isThin };
    return [...parts, { block: rest, counted: counts, isGoal: false }];
  }
}

/** Ranges within which visitors can be marked, or as many as their lists have room for. */
function distinctRanges(
  blocks: readonly Block[],
  groups: number,
  idShift: number,
  { mostWords, chunkEvents }: Tuning,
): readonly VisitorRange[] {
  const mostIds = Math.floor(mostWords / wordsFor(groups)) << idShift;
  return closeRanges(blocks, mostIds, idShift, chunkEvents) ?? visitorRanges(blocks, chunkEvents);
}

/** The filter of most lists of pages, which spares to tell views from events one by one. */
function asksForViews(filter: Filter | undefined): boolean {
  if (!filter || "any" in filter || "not" in filter) return false;
  if ("all" in filter) return filter.all.some(asksForViews);
  const { dimension, operator, values } = filter;
  return dimension === "event" && operator === "is" && values.every((name) => name === PAGE_VIEW);
}
