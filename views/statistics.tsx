import type { Metric, Overview } from "../src/stats/query.ts";
import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Bars } from "./parts/bars.tsx";
import { Chart } from "./parts/chart.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { count, sourceName } from "./parts/text.ts";

export interface PeriodChoice {
  readonly name: string;
  readonly label: string;
}

interface Props {
  readonly site: Site;
  readonly now: number;
  readonly metric: Metric;
  readonly period: PeriodChoice & { readonly fromDay: string; readonly untilDay: string };
  readonly periods: readonly PeriodChoice[];
  readonly labels: readonly string[];
  readonly overview: Overview;
  /** Buckets of the period that have begun; the others are still to come. */
  readonly begun: number;
  readonly error?: string;
}

const METRIC_NAMES: Readonly<Record<Metric, string>> = {
  visitors: "Visitors",
  sessions: "Sessions",
  views: "Views",
  events: "Events",
};

/** What happened on a site in a period, beside the one before. */
export const StatisticsPage = (props: Props) => {
  const { site, now, metric, period, overview, labels, begun } = props;
  const { totals } = overview;
  return (
    <Layout title={site.domain} place="sites">
      <header class="top">
        <h1>{site.domain}</h1>
        <span class={now > 0 ? "live-dot" : "live-dot idle"}>
          {count(now)} {now === 1 ? "visitor" : "visitors"} now
        </span>
        <span class="space" />
        <PeriodMenu {...props} />
      </header>
      <SiteTabs siteKey={site.key} tab="statistics" />
      {props.error && (
        <p class="notice bad" role="alert">
          {props.error}
        </p>
      )}
      {site.firstEventAt === null && (
        <p class="notice">
          Nothing has been recorded yet.{" "}
          <a href={`/admin/sites/${site.key}/install`}>Install the pixel</a>, or look at what came
          and was <a href={`/admin/sites/${site.key}/refused`}>not recorded</a>.
        </p>
      )}
      <section class="panel">
        <div class="metrics">
          {(Object.keys(METRIC_NAMES) as Metric[]).map((name) => (
            <a
              href={linkTo(site.key, period, name)}
              aria-current={name === metric ? "true" : undefined}
            >
              <span class="muted">{METRIC_NAMES[name]}</span>
              <b class="num">{count(totals[name])}</b>
              <Delta value={totals[name]} before={overview.previousTotals[name]} />
            </a>
          ))}
        </div>
        <Chart
          values={overview.series.slice(0, begun).map((figures) => figures[metric])}
          past={overview.previousSeries.map((figures) => figures[metric])}
          labels={labels}
          name={`${METRIC_NAMES[metric]}, ${period.label}`}
        />
      </section>
      <div class="two">
        <Bars
          title="Pages"
          counted="Views"
          rows={overview.pages}
          whole={totals.visitors}
          empty="No page was viewed in this period."
        />
        <Bars
          title="Sources"
          counted="Sessions"
          rows={overview.sources}
          whole={totals.visitors}
          empty="Nobody came in this period."
          nameOf={sourceName}
        />
        <Bars
          title="Events"
          counted="Times"
          rows={overview.events}
          whole={totals.visitors}
          empty="No event fired in this period. Define events on the tab of that name."
        />
      </div>
    </Layout>
  );
};

function linkTo(key: string, period: Props["period"], metric: Metric): string {
  const custom = period.name === "custom" ? `&from=${period.fromDay}&until=${period.untilDay}` : "";
  return `/admin/sites/${key}?period=${period.name}${custom}&metric=${metric}`;
}

/** More is not always better, but for these four it is; no change is neither. */
const Delta = ({ value, before }: { value: number; before: number }) => {
  if (before === 0) return <span class="delta">no earlier figure</span>;
  const percent = Math.round(((value - before) / before) * 100);
  if (percent === 0) return <span class="delta num">no change</span>;
  return (
    <span class={percent > 0 ? "delta num up" : "delta num down"}>
      {percent > 0 ? "+" : "−"}
      {count(Math.abs(percent))} %
    </span>
  );
};

const PeriodMenu = ({ site, period, periods, metric }: Props) => (
  <details class="period">
    <summary class="btn">{period.label}</summary>
    <div class="panel">
      {periods.map((choice) => (
        <a
          href={`/admin/sites/${site.key}?period=${choice.name}&metric=${metric}`}
          aria-current={choice.name === period.name ? "true" : undefined}
        >
          {choice.label}
        </a>
      ))}
      <form method="get" action={`/admin/sites/${site.key}`}>
        <input type="hidden" name="period" value="custom" />
        <input type="hidden" name="metric" value={metric} />
        <input type="date" name="from" aria-label="From" value={period.fromDay} required />
        <input type="date" name="until" aria-label="To" value={period.untilDay} required />
        <button class="btn">Show these days</button>
      </form>
    </div>
  </details>
);
