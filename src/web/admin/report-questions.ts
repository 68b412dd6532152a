import { CARD_METRICS, type PlainMetric } from "../../stats/address.ts";
import type { Dimension } from "../../stats/dimensions.ts";
import type { Goal } from "../../stats/goal.ts";
import type { Question } from "../../stats/question.ts";
import type { Report } from "./report.ts";

/** A report whose goal, if it has one, was found. */
export interface GoalReport extends Report {
  readonly goal: Goal | undefined;
}

const OF_GOAL: readonly PlainMetric[] = ["conversions", "conversion_rate"];

/** The figures above the chart. */
export const cardMetrics = ({ goal }: GoalReport): readonly PlainMetric[] =>
  goal ? [...CARD_METRICS, ...OF_GOAL] : CARD_METRICS;

/** Which of them the chart is of; one of a goal needs a goal. */
export function chartMetric(report: GoalReport): PlainMetric {
  const { metric } = report.address;
  return OF_GOAL.includes(metric) && !report.goal ? "visitors" : metric;
}

/** What every question of a report has in common. */
export function basisOf({ site, period, zone, filter, goal }: GoalReport) {
  return {
    siteIds: [site.id],
    period: { from: period.span.from, until: period.span.until },
    zone,
    filter,
    goal: goal && { kind: goal.kind, match: goal.match },
  };
}

/** All cards at once, with the period before as far as it can be compared. */
export function cardsQuestion(report: GoalReport): Question {
  const { before } = report;
  return {
    ...basisOf(report),
    metrics: cardMetrics(report),
    compare: before && { period: { from: before.from, until: before.comparableUntil } },
  };
}

/** A series of figures, and the whole one it is compared with. */
export function seriesQuestion(report: GoalReport, metrics: readonly PlainMetric[]): Question {
  const { before, period } = report;
  return {
    ...basisOf(report),
    metrics,
    by: ["time"],
    buckets: period.span.buckets,
    compare: before && {
      period: { from: before.from, until: before.until },
      buckets: before.buckets,
    },
  };
}

export interface ListWish {
  readonly metrics: readonly PlainMetric[];
  readonly search?: string | undefined;
  readonly order?: Question["order"];
  readonly limit: number;
  readonly offset?: number;
  readonly isCompared?: boolean;
}

/** A list of the values of a dimension. */
export function listQuestion(report: GoalReport, dimension: Dimension, wish: ListWish): Question {
  const { before } = report;
  const { metrics, search, order, limit, offset, isCompared = false } = wish;
  return {
    ...basisOf(report),
    metrics,
    by: [dimension],
    search: search === "" ? undefined : search,
    order,
    limit,
    offset,
    compare:
      isCompared && before
        ? { period: { from: before.from, until: before.comparableUntil } }
        : undefined,
  };
}
