import type { VNode } from "preact";
import {
  CARD_METRICS,
  linksFrom,
  parseAddress,
  type PlainMetric,
} from "../../src/stats/address.ts";
import { operatorsOf, valueCount } from "../../src/stats/condition.ts";
import { DIMENSIONS } from "../../src/stats/dimensions.ts";
import { PERIODS } from "../../src/stats/period.ts";
import type { Operator } from "../../src/stats/question.ts";
import { PANELS } from "../../src/web/admin/panels.ts";
import { FilterForm, SuggestedValues } from "../../views/filter-form.tsx";
import { Layout } from "../../views/layout.tsx";
import { FailedList, List, ListPage, WaitingList } from "../../views/list.tsx";
import { Notice } from "../../views/parts/notice.tsx";
import type { ReportBarProps } from "../../views/parts/report-bar.tsx";
import { SavedViews } from "../../views/parts/saved-views.tsx";
import { share } from "../../views/parts/text.ts";
import { valueText } from "../../views/parts/value-text.ts";
import * as panel from "../../views/parts/panel.tsx";
import * as view from "../../views/statistics.tsx";
import { DAY_MS, HOSTILE, LONG, LONG_SITE, NEW_SITE, NOW, SITE, ZONE } from "./samples.ts";

const HOME = `/admin/sites/${SITE.key}`;

const format = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: ZONE });
const days = (length: number, back = 0) =>
  Array.from({ length }, (_, index) => format.format(NOW - (length - 1 - index + back) * DAY_MS));
const clock = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);

/** A wave with a slow rise, as visits over a week have. */
const wave = (length: number, size: number, shift = 0) =>
  Array.from({ length }, (_, at) => {
    const index = at + shift;
    return Math.round(size * (1 + 0.45 * Math.sin(index / 1.1) + index / 60));
  });

const linkOf = (query: string) => linksFrom(HOME, parseAddress(query).address);

const bar = (query = "period=30d", more: Partial<ReportBarProps> = {}): ReportBarProps => {
  const { address } = parseAddress(query);
  return {
    sitePath: HOME,
    link: linkOf(query),
    filters: address.filters,
    dimensions: DIMENSIONS,
    period: {
      name: address.period,
      label: PERIODS.find(({ name }) => name === address.period)?.label ?? "Own days",
      fromDay: "2026-10-26",
      untilDay: "2026-11-24",
      days: "26 Oct–24 Nov 2026",
    },
    periods: PERIODS,
    earlier: linkOf(query)({ period: "custom", from: "2026-09-26", until: "2026-10-25" }),
    compare: address.compare,
    errors: [],
    ...more,
  };
};

const VALUES: Readonly<Record<PlainMetric, readonly [number, number | null]>> = {
  visitors: [31_482, 28_110],
  sessions: [44_907, 41_200],
  views: [118_330, 118_330],
  bounce_rate: [0.412, 0.441],
  session_time: [252_000, 258_000],
  engaged_time: [112_000, null],
  events: [9204, 0],
  conversions: [1204, 1229],
  conversion_rate: [0.0382, 0.0437],
  new_visitors: [1, 1],
  events_per_visitor: [1, 1],
  scroll_depth: [1, 1],
};

const cards = (metrics: readonly PlainMetric[] = CARD_METRICS, more: object = {}) => (
  <view.CardsPart
    cards={metrics.map((metric) => ({
      metric,
      value: VALUES[metric][0],
      before: VALUES[metric][1],
      href: linkOf("period=30d")({ metric }),
    }))}
    current="visitors"
    {...more}
  />
);

const noCards = (more: object) => (
  <view.CardsPart
    cards={CARD_METRICS.map((metric) => ({
      metric,
      value: /rate|time/.test(metric) ? null : 0,
      before: /rate|time/.test(metric) ? null : 0,
      href: HOME,
    }))}
    current="visitors"
    {...more}
  />
);

const chart = (more: Partial<Parameters<typeof view.ChartPart>[0]> = {}) => (
  <view.ChartPart
    metric="visitors"
    periodLabel="Last 30 days"
    values={wave(30, 1000)}
    past={wave(30, 880, 3)}
    labels={days(30)}
    pastLabels={days(30, 30)}
    hrefs={days(30).map(() => HOME)}
    compare="previous"
    unit="day"
    units={["day", "week"]}
    link={linkOf("period=30d")}
    exportUrl={(kind) => `${HOME}/list/time.${kind}`}
    {...more}
  />
);

const LISTS: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  pages: [
    ["/", 12_040],
    ["/pricing", 8311],
    ["/product/trail-shoe", 6120],
    [`/blog/${LONG}`, 4002],
    ["/cart", 3377],
    ["/checkout", 1822],
    ["/about", 12],
    ["/imprint", 1],
  ],
  sources: [
    ["email", 9120],
    ["search", 8006],
    ["direct", 7211],
    ["social", 4110],
    ["referral", 2090],
    ["ai", 945],
  ],
  places: [
    ["DE", 8801],
    ["FR", 6230],
    ["GB", 4122],
    ["ES", 3010],
    ["", 2874],
  ],
  devices: [
    ["phone", 19_004],
    ["desktop", 11_021],
    ["tablet", 1457],
  ],
  events: [
    ["scrolled_half", 15_006],
    ["add_to_cart", 3377],
    ["newsletter_reader_on_pricing", 1188],
    ["purchase", 1204],
  ],
  people: [
    ["new", 21_480],
    ["returning", 12_004],
  ],
};

const frameOf = (kind: (typeof PANELS)[number]) => ({
  heads: ["Visitors", "Share"],
  name: kind.name,
  title: kind.title,
  tab: kind.tabs[0]![0] as string,
  tabs: kind.tabs.map(([name, label]) => ({
    name,
    label,
    url: `${HOME}/part/${kind.name}?tab=${name}`,
  })),
});

const rowsOf = (kind: (typeof PANELS)[number], isOfGoal: boolean) => {
  const list = LISTS[kind.name] ?? [];
  return list.map(([key, visitors], index) => ({
    key,
    name: valueText(kind.tabs[0]![0], key),
    bar: visitors / list[0]![1],
    values: isOfGoal
      ? [visitors.toLocaleString("en"), Math.round(visitors / 26).toLocaleString("en"), "3.8 %"]
      : [visitors.toLocaleString("en"), share(visitors, 31_482)],
    href: `${HOME}?f=is,page,${index}`,
    isChosen: false,
    more:
      kind.name === "events"
        ? { href: `${HOME}/events/statistics?event=${key}`, label: `Statistics of ${key}` }
        : undefined,
  }));
};

const panels = (isOfGoal = false): VNode[] =>
  PANELS.map((kind) => (
    <panel.Panel
      {...frameOf(kind)}
      heads={isOfGoal ? ["Visitors", "Conversions", "Rate"] : ["Visitors", "Share"]}
      rows={rowsOf(kind, isOfGoal)}
      empty={kind.empty}
      all={{ href: `${HOME}/list/${kind.tabs[0]![0]}`, groups: 132 }}
    />
  ));

const waitingPanels = PANELS.map((kind) => (
  <panel.WaitingPanel {...frameOf(kind)} url={`${HOME}/part/${kind.name}`} />
));

const emptyPanels = PANELS.map((kind) => (
  <panel.Panel {...frameOf(kind)} rows={[]} empty={kind.empty} />
));

const views = (more: object = {}) => (
  <SavedViews
    path={`${HOME}/views`}
    report="overview"
    query="period=30d"
    views={[
      { id: 1, name: "Newsletter readers", href: `${HOME}?f=is,source,email`, isCurrent: false },
      { id: 2, name: LONG.slice(0, 80), href: HOME, isCurrent: false },
    ]}
    mayChange
    {...more}
  />
);

const statistics = (more: object = {}) => (
  <view.StatisticsPage
    site={SITE}
    bar={bar()}
    tools={views()}
    now={<view.VisitorsNow siteKey={SITE.key} now={14} />}
    cards={cards()}
    chart={chart()}
    panels={panels()}
    {...more}
  />
);

const FILTERED =
  "period=30d&f=is,source,email&f=contains,page,/blog,/pricing&f=between,hour,9,17&f=is,country,DE,FR,GB,ES,IT";

const TOO_LONG = "This took too long: choose a shorter period, or fewer filters.";

const partUrl = (name: string) => `${HOME}/part/${name}`;

const filterForm = (more: object = {}) => (
  <Layout title="Filter" place="sites">
    <div class="panel pad">
      <FilterForm
        sitePath={HOME}
        to={`${HOME}?period=30d`}
        index={undefined}
        dimension="page"
        operator="is"
        values={["/pricing"]}
        dimensions={DIMENSIONS}
        operators={operatorsOf("page")}
        valueCount={valueCount("is")}
        isNumeric={false}
        {...more}
      />
    </div>
  </Layout>
);

const typedForm = (dimension: string, operator: Operator, values: string[], more: object = {}) =>
  filterForm({
    dimension,
    operator,
    values,
    operators: operatorsOf(dimension === "property:" ? "property:x" : dimension),
    valueCount: valueCount(operator),
    isNumeric: ["greater", "less", "between"].includes(operator),
    ...more,
  });

const LIST_METRICS: readonly PlainMetric[] = [
  "visitors",
  "sessions",
  "views",
  "bounce_rate",
  "engaged_time",
];

const list = (more: object = {}) => (
  <List
    label="Page"
    metrics={LIST_METRICS}
    rows={LISTS.pages!.map(([key, visitors], index) => ({
      key,
      name: key,
      href: `${HOME}?f=is,page,${index}`,
      isChosen: false,
      values: [
        visitors,
        visitors * 1.3,
        visitors * 3,
        0.3 + index / 20,
        index === 3 ? null : 41_000,
      ],
      before: [index % 2 === 0 ? visitors * 0.9 : visitors * 1.1, 0, 0, 0, 0],
    }))}
    whole={31_482}
    order={{ by: "visitors", descending: true }}
    orderHref={(by) => `${HOME}/list/page?order=${by}`}
    first={0}
    groups={1302}
    later={`${HOME}/list/page?offset=50`}
    empty=""
    exportUrl={(kind) => `${HOME}/list/page.${kind}`}
    {...more}
  />
);

const listPage = (node: VNode, search = "") => (
  <ListPage
    site={SITE}
    label="Page"
    bar={bar("period=30d&f=is,source,email")}
    back={HOME}
    search={search}
    fields={[["period", "30d"]]}
    path={`${HOME}/list/page`}
    partUrl={`${HOME}/list/page/part`}
    list={node}
  />
);

/** The overview of a site in its states, with the forms and lists it leads to. */
export const STATISTICS_SCREENS: Readonly<Record<string, () => VNode>> = {
  statistics: () => statistics(),
  "statistics-filtered": () =>
    statistics({
      bar: bar(FILTERED, { goal: { name: "Purchase", href: HOME } }),
      cards: cards([...CARD_METRICS, "conversions", "conversion_rate"]),
      panels: panels(true),
      notice: <Notice undo={`${HOME}/views/3/restore`}>The view is removed</Notice>,
    }),
  "statistics-today": () =>
    statistics({
      bar: bar("period=today", { later: undefined }),
      chart: chart({
        metric: "bounce_rate",
        periodLabel: "Today",
        values: [0.4, 0.5, null, null, 0.3, 0.42, 0.38, 0.41, 0.44, 0.5, 0.36, 0.4],
        past: clock.map((_, hour) => 0.4 + (hour % 5) / 40),
        labels: clock,
        pastLabels: clock,
        hrefs: [],
        unit: "hour",
        units: ["hour"],
      }),
    }),
  "statistics-quarter": () =>
    statistics({
      site: LONG_SITE,
      now: <view.VisitorsNow siteKey={SITE.key} now={1} />,
      bar: bar("period=90d&compare=year"),
      chart: chart({
        metric: "engaged_time",
        values: wave(90, 84_000),
        past: wave(90, 70_000, 3),
        labels: days(90),
        pastLabels: days(90, 365),
        compare: "year",
        units: ["day", "week", "month"],
      }),
    }),
  "statistics-one": () =>
    statistics({
      chart: chart({
        values: [1],
        past: [],
        labels: days(1),
        compare: "none",
        units: ["hour"],
        unit: "hour",
      }),
      bar: bar("period=today&compare=none"),
    }),
  "statistics-waiting": () =>
    statistics({
      now: <view.VisitorsNow siteKey={SITE.key} now={undefined} />,
      cards: <view.WaitingCards url={partUrl("cards")} metrics={CARD_METRICS} />,
      chart: <view.WaitingChart url={partUrl("chart")} />,
      panels: waitingPanels,
    }),
  "statistics-failed": () =>
    statistics({
      chart: <view.FailedPart id="chart" url={partUrl("chart")} message={TOO_LONG} />,
      panels: [
        <panel.FailedPanel {...frameOf(PANELS[0]!)} url={partUrl("pages")} message={TOO_LONG} />,
        ...panels().slice(1, 5),
        <panel.Panel
          {...frameOf(PANELS[5]!)}
          rows={[]}
          empty=""
          unavailable="This site keeps nothing in the browser: a visitor is a new one each day, so who comes back cannot be known"
        />,
      ],
    }),
  "statistics-empty": () =>
    statistics({
      site: NEW_SITE,
      now: <view.VisitorsNow siteKey={NEW_SITE.key} now={0} />,
      cards: noCards({}),
      chart: chart({ values: wave(30, 0), past: wave(30, 0) }),
      panels: emptyPanels,
    }),
  "statistics-nothing": () =>
    statistics({
      cards: noCards({
        hint: { filters: [], elsewhere: { days: "3–9 Nov 2026", href: `${HOME}?period=custom` } },
      }),
      chart: chart({ values: wave(30, 0), past: wave(30, 0) }),
      panels: emptyPanels,
    }),
  "statistics-unmatched": () =>
    statistics({
      bar: bar(FILTERED),
      cards: noCards({
        hint: {
          filters: [
            { text: "Source is E-mail", href: HOME },
            { text: `Page is ${LONG}`, href: HOME },
          ],
        },
      }),
      chart: chart({ values: wave(30, 0), past: wave(30, 0) }),
      panels: emptyPanels,
    }),
  "statistics-refused": () =>
    statistics({
      bar: bar("period=30d", {
        errors: [
          "The first day must not be after the last",
          `Nothing can be filtered by "${HOSTILE}"`,
        ],
      }),
      tools: views({ error: 'There is a view "Readers" already', name: HOSTILE }),
    }),

  "filter-new": () => filterForm({ values: [] }),
  "filter-values": () => (
    <Layout title="Values" place="sites">
      <div class="panel pad">
        <SuggestedValues
          index={undefined}
          dimension="page"
          values={LISTS.pages!.map(([value, visitors]) => ({ value, visitors }))}
          has={[]}
        />
      </div>
    </Layout>
  ),
  "filter-contains": () => typedForm("page", "contains", ["/blog"], { index: 1 }),
  "filter-hours": () => typedForm("hour", "between", ["9", "17"]),
  "filter-property-refused": () =>
    typedForm("property:", "greater", [HOSTILE], {
      error: { field: "value", message: `Property value: enter a number, not "${HOSTILE}"` },
    }),
  "filter-unavailable": () =>
    typedForm("visitor", "is", [], {
      fixed: ["new", "returning"],
      unavailable: "This site keeps nothing in the browser: who comes back cannot be known",
    }),

  list: () => listPage(list()),
  "list-waiting": () => listPage(<WaitingList url={`${HOME}/list/page/part`} />),
  "list-failed": () => listPage(<FailedList url={`${HOME}/list/page/part`} message={TOO_LONG} />),
  "list-empty": () =>
    listPage(list({ rows: [], groups: 0, empty: `Nothing here contains “${HOSTILE}”.` }), HOSTILE),
};
