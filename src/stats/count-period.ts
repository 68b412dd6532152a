import type { Block } from "./block.ts";
import { Counter, type CountedBlock, type PeriodPart } from "./counter.ts";
import { createGrouping } from "./grouping.ts";
import { visitorRanges } from "./order.ts";
import type { Question, Stretch } from "./question.ts";
import { createSelect } from "./select.ts";
import type { SiteData } from "./site-data.ts";
import type { Tally } from "./tallies.ts";

/**
 * Counts by visitor: a range of visitors at a time, block by block, and then in order of visitor.
 *
 * So what is worked on stays in the cache of the core, memory does not grow with the period, and
 * it does not matter whether sessions of a visitor overlap or come late.
 */
export function* countPeriod(
  { blocks, facts }: SiteData,
  question: Question,
  period: Stretch,
  buckets: readonly number[] | undefined,
  tallies: readonly Tally[],
): Generator<undefined, PeriodPart> {
  const { zone, filter, goal } = question;
  const grouping = createGrouping(facts, question, period, buckets);
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
    counted.push({ block, selected, goals, columns: grouping.add(block) });
    yield;
  }
  const counter = new Counter(grouping, tallies, facts.viewTerm);
  for (const range of visitorRanges(counted.map(({ block }) => block))) {
    counter.count(counted, range);
    yield;
  }
  return counter.part();
}
