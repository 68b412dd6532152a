import type { VNode } from "preact";
import type { App } from "../../app.ts";
import { CardsPart, ChartPart } from "../../../views/statistics.tsx";
import { Panel, PANEL_ROWS, type PanelProps } from "../../../views/parts/panel.tsx";
import type { BarRow } from "../../../views/parts/bars.tsx";
import { figureText } from "../../../views/parts/figure.ts";
import { filterText } from "../../../views/parts/filters.tsx";
import { count, share } from "../../../views/parts/text.ts";
import { valueText } from "../../../views/parts/value-text.ts";
import { formatDays, lastOfMonth } from "../../lib/calendar.ts";
import { addDays, dayOf } from "../../lib/zone-time.ts";
import type { PlainMetric } from "../../stats/address.ts";
import { DIMENSIONS, type Dimension } from "../../stats/dimensions.ts";
import { listGoals } from "../../stats/goal-queries.ts";
import { begunBuckets, bucketLabels, type Unit } from "../../stats/period.ts";
import type { Answer, AnswerRow, Condition } from "../../stats/question.ts";
import { tabOf, type PanelKind } from "./panels.ts";
import { hrefOfMatch } from "./match-href.ts";
import { whyNoReturning } from "./report.ts";
import {
  basisOf,
  cardMetrics,
  cardsQuestion,
  chartMetric,
  listQuestion,
  seriesQuestion,
  type GoalReport,
} from "./report-questions.ts";

/** The figures above the chart, and where to look if they are all nothing. */
export async function cardsPart(app: App, report: GoalReport, signal: AbortSignal): Promise<VNode> {
  const { totals, totalsBefore } = await app.stats.figures(cardsQuestion(report), signal);
  const metrics = cardMetrics(report);
  const cards = metrics.map((metric, at) => ({
    metric,
    value: totals[at] ?? null,
    before: totalsBefore && (totalsBefore[at] ?? null),
    href: report.link({ metric }),
  }));
  const isEmpty = totals[0] === 0 && report.site.firstEventAt !== null;
  const hint = isEmpty ? await emptyHint(app, report, signal) : undefined;
  return <CardsPart cards={cards} current={chartMetric(report)} hint={hint} />;
}

async function emptyHint(app: App, report: GoalReport, signal: AbortSignal) {
  const { address, link, site, zone, now, period } = report;
  const filters = address.filters.map((filter, index) => ({
    text: filterText(DIMENSIONS, filter),
    href: link({ filters: address.filters.filter((_, at) => at !== index) }),
  }));
  if (filters.length > 0) return { filters };
  const [latest] = await app.stats.occurrences(
    { siteIds: [site.id], period: { from: 0, until: now + 1 }, zone, limit: 1 },
    signal,
  );
  if (!latest) return { filters };
  const until = dayOf(latest.at, zone);
  const days = Math.min(
    366,
    Math.max(1, Math.round((period.span.until - period.span.from) / 86_400_000)),
  );
  const from = addDays(until, 1 - days);
  const href = link({ period: "custom", from, until, unit: undefined });
  return { filters, elsewhere: { days: formatDays(from, until), href } };
}

/** One figure over time, with what it is compared with. */
export async function chartPart(app: App, report: GoalReport, signal: AbortSignal): Promise<VNode> {
  const { period, before, now, address, link, sitePath } = report;
  const metric = chartMetric(report);
  const { rows, rowsBefore = [] } = await app.stats.figures(
    seriesQuestion(report, [metric]),
    signal,
  );
  const valueOf = ({ values }: AnswerRow) => values[0] ?? null;
  const query = link().split("?")[1];
  return (
    <ChartPart
      metric={metric}
      periodLabel={period.label}
      values={rows.slice(0, begunBuckets(period, now)).map(valueOf)}
      past={rowsBefore.map(valueOf)}
      labels={bucketLabels(period, period.span)}
      pastLabels={before ? bucketLabels(period, before) : []}
      hrefs={bucketLinks(report)}
      compare={address.compare}
      unit={period.unit}
      units={period.units}
      link={link}
      exportUrl={(format) => `${sitePath}/list/time.${format}${query ? `?${query}` : ""}`}
    />
  );
}

/** A day, a week or a month in a chart leads to itself; an hour is no period. */
function bucketLinks({ period, link, zone }: GoalReport): (string | undefined)[] {
  if (period.unit === "hour" || period.fromDay === period.untilDay) return [];
  return period.span.buckets.map((at, index) => {
    const from = dayOf(at, zone);
    const next = period.span.buckets[index + 1];
    const until =
      next === undefined
        ? lastDayOf(from, period.unit, period.untilDay)
        : addDays(dayOf(next, zone), -1);
    return link({ period: "custom", from, until, unit: undefined });
  });
}

function lastDayOf(from: string, unit: Unit, untilDay: string): string {
  if (unit === "day") return from;
  const last = unit === "month" ? lastOfMonth(from) : addDays(from, 6);
  return last < untilDay ? last : untilDay;
}

/** A list of the overview, by the dimension that was chosen in it. */
export async function panelPart(
  app: App,
  report: GoalReport,
  { kind, wish }: { kind: PanelKind; wish: string | undefined },
  signal: AbortSignal,
): Promise<VNode> {
  const tab = tabOf(kind, wish);
  const frame = panelFrame(report, kind, tab);
  if (tab === "goals") return <Panel {...frame} {...await goalRows(app, report, signal)} />;
  const why = tab === "visitor" ? whyNoReturning(report.site) : undefined;
  if (why !== undefined) {
    return <Panel {...frame} rows={[]} empty="" unavailable={why} />;
  }
  const metrics: PlainMetric[] = report.goal
    ? ["visitors", "conversions", "conversion_rate"]
    : ["visitors"];
  const question = listQuestion(report, tab, { metrics, ...orderOf(tab) });
  const answer = await app.stats.figures(question, signal);
  const shown = tab === "event" ? withoutViews(answer) : answer;
  return <Panel {...frame} {...listRows(report, tab, shown, kind.empty)} />;
}

/** What has an order of its own is shown in it; everything else by size. */
export function orderOf(dimension: string) {
  if (dimension === "hour") return { order: { by: "key", descending: false }, limit: 24 } as const;
  if (dimension === "weekday")
    return { order: { by: "key", descending: false }, limit: 7 } as const;
  return { limit: dimension === "event" ? PANEL_ROWS + 1 : PANEL_ROWS };
}

/** Page views have a panel of their own; the shares of events stay those of all visitors. */
function withoutViews(answer: Answer): Answer {
  const rows = answer.rows.filter(({ keys }) => keys[0] !== "page_view");
  const groups = answer.groups - (answer.rows.length - rows.length);
  return { ...answer, rows: rows.slice(0, PANEL_ROWS), groups };
}

/** What a panel has around its rows, whether or not they have come. */
export function panelFrame({ sitePath, link, goal }: GoalReport, kind: PanelKind, tab: string) {
  const query = link().split("?")[1] ?? "";
  const url = (name: string) => `${sitePath}/part/${kind.name}?${query}${query && "&"}tab=${name}`;
  return {
    name: kind.name,
    title: kind.title,
    tab,
    tabs: kind.tabs.map(([name, label]) => ({ name, label, url: url(name) })),
    url: url(tab),
    heads: headsOf(goal !== undefined, tab),
  };
}

const headsOf = (hasGoal: boolean, tab: string): readonly string[] => {
  if (tab === "goals") return ["Conversions", "Rate"];
  return hasGoal ? ["Visitors", "Conversions", "Rate"] : ["Visitors", "Share"];
};

type Rows = Pick<PanelProps, "rows" | "empty" | "all">;

function listRows(report: GoalReport, dimension: Dimension, answer: Answer, empty: string): Rows {
  const { goal, link, sitePath } = report;
  const whole = answer.totals[0] ?? 0;
  const most = Math.max(1, ...answer.rows.map(({ values }) => values[0] ?? 0));
  const query = link().split("?")[1];
  return {
    rows: inOrder(dimension, answer.rows).map(
      ({ keys: [key = ""], values: [visitors, conversions, rate] }) => ({
        ...rowLink(report, dimension, key),
        key,
        name: valueText(dimension, key),
        bar: (visitors ?? 0) / most,
        more:
          dimension === "event" && key !== ""
            ? {
                href: hrefOfMatch(sitePath, { kind: "event", match: key }, report.address),
                label: `Everything about ${valueText(dimension, key)}`,
              }
            : undefined,
        values: goal
          ? [
              figureText("visitors", visitors ?? 0),
              figureText("conversions", conversions ?? 0),
              figureText("conversion_rate", rate ?? null),
            ]
          : [count(visitors ?? 0), share(visitors ?? 0, whole)],
      }),
    ),
    empty,
    all: {
      href: `${sitePath}/list/${dimension}${query ? `?${query}` : ""}`,
      groups: answer.groups,
    },
  };
}

/** Hours and weekdays by their numbers, which are not in order as text. */
const inOrder = (dimension: Dimension, rows: readonly AnswerRow[]) =>
  dimension === "hour" || dimension === "weekday"
    ? rows.toSorted((a, b) => Number(a.keys[0]) - Number(b.keys[0]))
    : rows;

/** A click on a row filters by it; on the one that is filtered by, it takes that back. */
export function rowLink(
  { address, link }: Pick<GoalReport, "address" | "link">,
  dimension: Dimension,
  value: string,
): Pick<BarRow, "href" | "hint" | "isChosen"> {
  const isThis = (filter: Condition) =>
    filter.dimension === dimension && filter.operator === "is" && filter.values.length === 1;
  const others = address.filters.filter(
    (filter) => filter.dimension !== dimension || filter.operator !== "is",
  );
  const isChosen = address.filters.some((filter) => isThis(filter) && filter.values[0] === value);
  const filter: Condition = { dimension, operator: "is", values: [value] };
  return {
    isChosen,
    href: link({ filters: isChosen ? others : [...others, filter] }),
    hint: isChosen ? "Click to look at everything again" : "Click to look at this alone",
  };
}

/** Each goal with its conversions; a click adds it to every list. */
async function goalRows(app: App, report: GoalReport, signal: AbortSignal): Promise<Rows> {
  const goals = (await listGoals(app.store, report.site.id)).slice(0, PANEL_ROWS);
  const figures = await Promise.all(
    goals.map(async (goal) => {
      const question = {
        ...basisOf({ ...report, goal }),
        metrics: ["conversions", "conversion_rate"] as const,
      };
      const { totals } = await app.stats.figures(question, signal);
      return { goal, conversions: totals[0] ?? 0, rate: totals[1] ?? null };
    }),
  );
  const most = Math.max(1, ...figures.map(({ conversions }) => conversions));
  return {
    rows: figures.map(({ goal, conversions, rate }) => {
      const isChosen = report.goal?.id === goal.id;
      return {
        key: String(goal.id),
        name: goal.name,
        bar: conversions / most,
        values: [count(conversions), figureText("conversion_rate", rate)],
        href: report.link({ goal: isChosen ? undefined : goal.id }),
        hint: isChosen ? "Click to leave the goal out" : "Click to see it in every list",
        isChosen,
      };
    }),
    empty: "No goal yet. Say on the tab of that name what counts as success.",
    all: { href: `${report.sitePath}/goals`, groups: 0 },
  };
}
