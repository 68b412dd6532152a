import type { PeriodPart } from "./counter.ts";
import type { FiguresPart } from "./figures.ts";
import { addUp, createMerger } from "./merge-parts.ts";
import type { Answer, AnswerRow, Question, Value } from "./question.ts";
import { rankGroups } from "./rank-groups.ts";
import { metricKind, talliesOf, type Tally } from "./tallies.ts";

/** Puts the parts of all workers and sites together, and makes of tallies what was asked for. */
export function answerOf(parts: readonly FiguresPart[], question: Question): Answer {
  const { by = [], compare } = question;
  const now = parts.map((part) => part.now);
  const before = parts.flatMap((part) => part.before ?? []);
  const values = valuesFor(question);
  const totals = {
    totals: values(totalsOf(now, question)),
    ...(compare && { totalsBefore: values(totalsOf(before, question)) }),
  };
  if (by.length === 0) return { ...totals, rows: [], groups: 0 };
  if (by.length > 1 || by[0] !== "time") return { ...totals, ...list(now, before, question) };
  const { buckets = [question.period.from] } = question;
  return {
    ...totals,
    rows: series(now, question, buckets.length),
    ...(compare?.buckets && { rowsBefore: series(before, question, compare.buckets.length) }),
    groups: buckets.length,
  };
}

/** Makes metrics of tallies. @returns What takes one number a tally. */
function valuesFor({ metrics }: Question): (counts: ArrayLike<number>) => Value[] {
  const tallies = talliesOf(metrics);
  const kinds = metrics.map((metric) => {
    const { needs, value } = metricKind(metric);
    return { value, places: needs.map((tally: Tally) => tallies.indexOf(tally)) };
  });
  return (counts) => kinds.map(({ value, places }) => value(...places.map((at) => counts[at]!)));
}

/** One metric of one group; all of them would be made for many groups that are not shown. */
function valueFor({ metrics }: Question, counts: readonly Float64Array[]) {
  const tallies = talliesOf(metrics);
  const kinds = metrics.map((metric) => {
    const { needs, value } = metricKind(metric);
    const sums = needs.map((tally: Tally) => counts[tallies.indexOf(tally)]!);
    return (group: number): Value => value(...sums.map((sum) => sum[group]!));
  });
  return (group: number, metric: number): Value => kinds[metric]!(group);
}

function totalsOf(parts: readonly PeriodPart[], { metrics }: Question): number[] {
  return talliesOf(metrics).map((_, tally) =>
    parts.reduce((sum, { totals }) => sum + totals[tally]!, 0),
  );
}

/** One row for each bucket, also for empty ones. */
function series(parts: readonly PeriodPart[], question: Question, buckets: number): AnswerRow[] {
  const values = valuesFor(question);
  const numbers = parts.map(({ keys: [keys] }) => keys!.codes.map((at) => Number(keys!.texts[at])));
  const counts = addUp(parts, numbers, buckets, talliesOf(question.metrics).length);
  return Array.from({ length: buckets }, (_, bucket) => ({
    keys: [String(bucket)],
    values: values(counts.map((sums) => sums[bucket]!)),
  }));
}

function list(
  now: readonly PeriodPart[],
  before: readonly PeriodPart[],
  question: Question,
): Pick<Answer, "rows" | "groups"> {
  const { by = [], metrics, compare } = question;
  const values = valuesFor(question);
  const tallies = talliesOf(metrics).length;
  const merger = createMerger(by.length);
  const numbers = now.map(merger.add);
  const size = merger.size();
  const counts = addUp(now, numbers, size, tallies);
  const countsBefore =
    compare && !by.includes("time")
      ? addUp(before, before.map(merger.add), size, tallies)
      : undefined;
  const at = (sums: readonly Float64Array[], group: number) => sums.map((sum) => sum[group]!);
  const ranked = rankGroups(question, merger, size, valueFor(question, counts));
  const rows = ranked.groups.map((group) => ({
    keys: merger.keysOf(group),
    values: values(at(counts, group)),
    ...(countsBefore && { before: values(at(countsBefore, group)) }),
  }));
  return { rows, groups: ranked.found };
}
