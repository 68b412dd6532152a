import type { ComponentChildren, VNode } from "preact";
import type { Link, PlainMetric } from "../src/stats/address.ts";
import type { Comparison } from "../src/stats/comparison.ts";
import type { Unit } from "../src/stats/period.ts";
import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Cards, SkeletonCards, type Card } from "./parts/cards.tsx";
import { Chart } from "./parts/chart.tsx";
import { FIGURES, figureText, scaleText } from "./parts/figure.ts";
import { PartFailure, Waiting } from "./parts/part.tsx";
import { ReportBar, type ReportBarProps } from "./parts/report-bar.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { count } from "./parts/text.ts";

interface Props {
  readonly site: Site;
  readonly bar: ReportBarProps;
  /** Saved views and the like, beside the period. */
  readonly tools?: ComponentChildren;
  readonly notice?: ComponentChildren;
  readonly now: VNode;
  readonly cards: VNode;
  readonly chart: VNode;
  readonly panels: readonly VNode[];
}

/** What happened on a site in a period, beside the one before. */
export const StatisticsPage = ({ site, bar, tools, notice, now, cards, chart, panels }: Props) => (
  <Layout title={site.domain} place="sites" notice={notice}>
    <header class="top">
      <h1>{site.domain}</h1>
      {now}
    </header>
    <SiteTabs siteKey={site.key} tab="statistics" />
    {site.firstEventAt === null && (
      <p class="notice">
        Nothing has been recorded yet.{" "}
        <a href={`/admin/sites/${site.key}/install`}>Install the pixel</a>, or look at what came and
        was <a href={`/admin/sites/${site.key}/refused`}>not recorded</a>.
      </p>
    )}
    <ReportBar {...bar}>{tools}</ReportBar>
    <section class="panel">
      {cards}
      {chart}
    </section>
    <div class="panels">{panels}</div>
  </Layout>
);

/** Visitors of the last minutes; asks again by itself. */
export const VisitorsNow = ({ siteKey, now }: { siteKey: string; now: number | undefined }) => (
  <a
    id="now"
    class={now === undefined || now === 0 ? "live-dot idle" : "live-dot"}
    href={`/admin/sites/${siteKey}/live`}
    hx-get={`/admin/sites/${siteKey}/now`}
    hx-trigger={now === undefined ? "load, every 15s" : "every 15s"}
    hx-swap="outerHTML"
  >
    {now === undefined
      ? "– visitors now"
      : `${count(now)} ${now === 1 ? "visitor" : "visitors"} now`}
  </a>
);

interface CardsProps {
  readonly cards: readonly Card[];
  readonly current: PlainMetric;
  /** What to do where there is nothing to see. */
  readonly hint?: EmptyHintProps | undefined;
}

export const CardsPart = ({ cards, current, hint }: CardsProps) => (
  <div id="cards">
    <Cards cards={cards} current={current} />
    {hint && <EmptyHint {...hint} />}
  </div>
);

export const WaitingCards = ({
  url,
  metrics,
}: {
  url: string;
  metrics: readonly PlainMetric[];
}) => (
  <Waiting id="cards" url={url} class="" label="Figures">
    <SkeletonCards metrics={metrics} />
  </Waiting>
);

export interface EmptyHintProps {
  /** Filters that could be given up, as sentences. */
  readonly filters: readonly { readonly text: string; readonly href: string }[];
  /** Days in which there is something. */
  readonly elsewhere?: { readonly days: string; readonly href: string } | undefined;
}

/** Says why there is nothing, and leads to where there is something. */
const EmptyHint = ({ filters, elsewhere }: EmptyHintProps) => (
  <div class="hint">
    {filters.length > 0 ? (
      <>
        <span>Nothing in this period matches what you filter by.</span>
        {filters.map(({ text, href }) => (
          <a class="btn" href={href}>
            Without “{text}”
          </a>
        ))}
      </>
    ) : (
      <>
        <span>Nothing was recorded in this period.</span>
        {elsewhere && (
          <a class="btn" href={elsewhere.href}>
            Look at {elsewhere.days}
          </a>
        )}
      </>
    )}
  </div>
);

interface ChartProps {
  readonly metric: PlainMetric;
  readonly periodLabel: string;
  readonly values: readonly (number | null)[];
  readonly past: readonly (number | null)[];
  readonly labels: readonly string[];
  readonly pastLabels: readonly string[];
  readonly hrefs: readonly (string | undefined)[];
  readonly compare: Comparison;
  readonly unit: Unit;
  readonly units: readonly Unit[];
  readonly link: Link;
  /** Where the figures can be taken away from, without the ending. */
  readonly exportUrl: (format: "csv" | "json") => string;
}

const PAST: Readonly<Record<Comparison, string>> = {
  previous: "the period before",
  year: "a year ago",
  none: "",
};

export const ChartPart = (props: ChartProps) => {
  const { metric, values, past, labels, pastLabels, hrefs, compare } = props;
  const { label, kind } = FIGURES[metric];
  return (
    <div id="chart">
      <Chart
        values={values}
        past={past}
        labels={labels}
        pastLabels={pastLabels}
        name={`${label}, ${props.periodLabel}`}
        pastName={PAST[compare]}
        format={(value) => figureText(metric, value)}
        scale={(value) => scaleText(metric, value)}
        isTime={kind === "time"}
        most={kind === "share" ? 1 : undefined}
        hrefs={hrefs}
      >
        <span class="row-of tight">
          <UnitChoice {...props} />
          <Downloads url={props.exportUrl} />
        </span>
      </Chart>
    </div>
  );
};

const UnitChoice = ({ unit, units, link }: Pick<ChartProps, "unit" | "units" | "link">) =>
  units.length < 2 ? null : (
    <span class="row-of tight" role="group" aria-label="Steps of the chart">
      {units.map((each) => (
        <a
          id={`unit-${each}`}
          class="choice-link"
          href={link({ unit: each })}
          aria-current={each === unit ? "true" : undefined}
        >
          {each.charAt(0).toUpperCase() + each.slice(1)}
        </a>
      ))}
    </span>
  );

export const Downloads = ({ url }: { url: (format: "csv" | "json") => string }) => (
  <span class="row-of tight">
    <a href={url("csv")} download>
      CSV
    </a>
    <a href={url("json")}>JSON</a>
  </span>
);

export const WaitingChart = ({ url }: { url: string }) => (
  <Waiting id="chart" url={url} class="" label="Chart">
    <div class="chart" aria-hidden="true">
      <div class="plot skeleton" />
      <div class="caption" />
    </div>
  </Waiting>
);

/** The same for the cards and the chart, whose ids are their names. */
export const FailedPart = ({ id, url, message }: { id: string; url: string; message: string }) => (
  <div id={id} class={`failed-${id}`}>
    <PartFailure id={id} url={url}>
      {message}
    </PartFailure>
  </div>
);
