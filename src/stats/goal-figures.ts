import { PAGE_VIEW } from "../events/event.ts";
import type { Goal, GoalDraft } from "./goal.ts";
import { filterOf, isPathMatch } from "./parse-match.ts";
import type { Filter, Match, Metric, Question, Stretch, Value } from "./question.ts";
import type { Stats } from "./stats.ts";

/** What is looked at: of which sites, when, and which of it. */
export type Scope = Pick<Question, "siteIds" | "period" | "zone" | "filter">;

/** How a goal did in a period, beside the one before. */
export interface GoalFigures {
  /** Visitors who reached it, of all visitors. */
  readonly conversions: number;
  readonly rate: Value;
  readonly times: number;
  /** Undefined where nothing is compared. */
  readonly conversionsBefore: number | undefined;
  readonly value?: { readonly sum: Value; readonly average: Value };
  /** Visitors who reached it in each bucket. */
  readonly series: readonly number[];
}

type Answering = Pick<Stats, "figures">;

/** Asks how a goal did; the two questions are answered side by side. */
export async function goalFigures(
  stats: Answering,
  scope: Scope & { readonly buckets: readonly number[]; readonly before?: Stretch | undefined },
  goal: Pick<Goal, "kind" | "match" | "value">,
  signal?: AbortSignal,
): Promise<GoalFigures> {
  const { before, buckets, ...asked } = scope;
  const match: Match = { kind: goal.kind, match: goal.match };
  const [reached, happened] = await Promise.all([
    stats.figures(
      {
        ...asked,
        metrics: ["conversions", "conversion_rate"],
        goal: match,
        ...(before && { compare: { period: before } }),
      },
      signal,
    ),
    selectMatch(stats, asked, match, signal).then((selected) =>
      stats.figures(
        {
          ...asked,
          filter: asked.filter ? { all: [asked.filter, selected] } : selected,
          metrics: [timesOf(match), "visitors", ...valueMetrics(goal)],
          by: ["time"],
          buckets,
        },
        signal,
      ),
    ),
  ]);
  const [times, , sum, average] = happened.totals;
  return {
    conversions: reached.totals[0] ?? 0,
    rate: reached.totals[1] ?? null,
    times: times ?? 0,
    conversionsBefore: reached.totalsBefore ? (reached.totalsBefore[0] ?? 0) : undefined,
    series: happened.rows.map(({ values }) => values[1] ?? 0),
    ...(goal.value !== null && { value: { sum: sum ?? null, average: average ?? null } }),
  };
}

/** The metric that tells how often something happened. */
export const timesOf = ({ kind, match }: Match): Metric =>
  kind === "page" || match === PAGE_VIEW ? "views" : "events";

const valueMetrics = ({ value }: Pick<GoalDraft, "value">): Metric[] =>
  value === null ? [] : [`sum:${value}`, `average:${value}`];

/** As many pages as an answer may hold. */
const MOST_PAGES = 100_000;

/**
 * The filter that lets through exactly the events that are a match.
 *
 * Where a filter cannot say it, the pages that occur are looked through first.
 */
export async function selectMatch(
  stats: Answering,
  scope: Scope,
  match: Match,
  signal?: AbortSignal,
): Promise<Filter> {
  const simple = filterOf(match);
  if (simple) return simple;
  const views: Filter = { dimension: "event", operator: "is", values: [PAGE_VIEW] };
  const start = match.match.slice(0, match.match.indexOf("*"));
  const begins: Filter = { dimension: "page", operator: "starts_with", values: [start] };
  const { rows } = await stats.figures(
    {
      ...scope,
      filter: { all: [...(scope.filter ? [scope.filter] : []), views, begins] },
      metrics: ["views"],
      by: ["page"],
      limit: MOST_PAGES,
    },
    signal,
  );
  const pages = rows.map(({ keys }) => keys[0]!).filter((page) => isPathMatch(match.match, page));
  return { all: [views, { dimension: "page", operator: "is", values: pages }] };
}
