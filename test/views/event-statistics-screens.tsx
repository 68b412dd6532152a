import type { ComponentChildren, VNode } from "preact";
import type { Happening, PropertySummary } from "../../src/stats/question.ts";
import {
  EventFiguresPart,
  EventFlowsPart,
  EventStatisticsPage,
} from "../../views/event-statistics.tsx";
import { Happenings } from "../../views/parts/happenings.tsx";
import { Properties } from "../../views/parts/properties.tsx";
import { Ranking } from "../../views/parts/ranking.tsx";
import { FailedPart } from "../../views/parts/waiting.tsx";
import { barOf, dayLabels, waveOf } from "./report-samples.ts";
import { HOSTILE, LONG, NOW, SITE, ZONE } from "./samples.ts";

export const happening = (index: number, more: Partial<Happening> = {}): Happening => ({
  siteId: 1,
  key: `${4711 - index}.2`,
  at: NOW - index * 3_470_000,
  event: "purchase",
  page: ["/checkout", "/product/trail-shoe", `/blog/${LONG}`][index % 3]!,
  title: "Checkout · Shop",
  host: "shop.example",
  sessionId: 4711 - index,
  visitorId: 12,
  visitorNumber: 1204 + index,
  isNew: index % 2 === 0,
  contactId: index % 3 === 0 ? 12 : null,
  entryPage: "/",
  source: ["email", "search", "direct", "ai"][index % 4]!,
  referrer: "https://www.search.example/",
  utmSource: "newsletter",
  utmMedium: "email",
  utmCampaign: "autumn",
  utmTerm: "",
  utmContent: "",
  country: ["DE", "FR", ""][index % 3]!,
  region: ["Berlin", "", ""][index % 3]!,
  city: ["Berlin", "", ""][index % 3]!,
  language: "de",
  device: ["phone", "desktop"][index % 2]!,
  browser: "Chrome",
  browserVersion: "Chrome 140",
  system: "Android",
  screen: 390,
  engagedMs: null,
  scroll: null,
  properties: { revenue: 119, sku: "trail-shoe", first: true },
  ...more,
});

const PROPERTIES: PropertySummary[] = [
  {
    key: "revenue",
    events: 468,
    visitors: 412,
    numbers: {
      count: 468,
      sum: 48_230.5,
      min: 4.9,
      max: 899,
      bins: Array.from({ length: 20 }, (_, index) => ({
        from: 4.9 + index * 44.7,
        until: 4.9 + (index + 1) * 44.7,
        count: Math.round(120 / (1 + index * index * 0.12)),
      })),
    },
    top: [],
    distinct: 231,
  },
  {
    key: "sku",
    events: 468,
    visitors: 412,
    top: [
      { value: "trail-shoe", events: 203 },
      { value: "rain-jacket", events: 121 },
      { value: LONG, events: 44 },
      { value: "", events: 3 },
    ],
    distinct: 18,
  },
  {
    key: HOSTILE,
    events: 2,
    visitors: 1,
    top: [{ value: HOSTILE, events: 2 }],
    distinct: 1,
  },
];

const NOW_FIGURES = { times: 468, visitors: 412, known: 96, sessions: 440 };
const BEFORE = { times: 431, visitors: 412, known: 104, sessions: 0 };

const figures = (
  <EventFiguresPart
    now={NOW_FIGURES}
    before={BEFORE}
    metric="times"
    linkOf={(show) => `?event=purchase&show=${show}`}
    series={waveOf(30, 16)}
    past={waveOf(30, 14)}
    labels={dayLabels(30)}
    periodLabel="Last 30 days"
  />
);

const ranking = (title: string, names: readonly string[]) => (
  <Ranking
    title={title}
    empty="It did not happen in this period."
    rows={names.map((name, index) => ({
      key: name,
      name,
      href: "?event=purchase",
      visitors: Math.round(300 / (index + 1)),
      times: Math.round(340 / (index + 1)),
    }))}
  />
);

const PARTS: Readonly<Record<string, ComponentChildren>> = {
  figures,
  page: ranking("Pages it happened on", ["/checkout", "/cart", `/blog/${LONG}`, "/"]),
  source: ranking("Where they came from", ["E-mail", "Search", "Direct", "AI assistant"]),
  country: ranking("Countries", ["Germany", "France", "Unknown"]),
  device: ranking("Devices", ["Phone", "Desktop"]),
  properties: <Properties properties={PROPERTIES} linkOf={() => "?event=purchase"} />,
  flows: (
    <EventFlowsPart
      isPartial
      flows={[
        { id: 7, name: "Thank you", state: "active", starts: true, stops: false, launches: 391 },
        { id: 8, name: "Cart left", state: "active", starts: false, stops: true, launches: 0 },
        { id: 9, name: "Old one", state: "removed", starts: false, stops: false, launches: 12 },
      ]}
    />
  ),
  occurrences: (
    <Happenings
      items={Array.from({ length: 6 }, (_, index) => happening(index))}
      zone={ZONE}
      earlier="/admin/sites/k3Jx9pQ2/events/statistics/occurrences?event=purchase&before=1-1.2"
    />
  ),
};

const screen = (more: object = {}) => (
  <EventStatisticsPage
    site={SITE}
    name="purchase"
    definition={{ id: 5, state: "active" }}
    isPageView={false}
    unknown={undefined}
    bar={barOf("events/statistics", { more: [["event", "purchase"]] })}
    partOf={(part) => `/admin/sites/${SITE.key}/events/statistics/${part}?event=purchase`}
    mayChange
    zone={ZONE}
    parts={PARTS}
    {...more}
  />
);

const filters = [
  { dimension: "source", operator: "is", values: ["email"] },
  { dimension: "page", operator: "contains", values: [LONG] },
] as const;

export const EVENT_STATISTICS_SCREENS: Readonly<Record<string, () => VNode>> = {
  "event-statistics": () =>
    screen({
      bar: barOf("events/statistics", { filters, more: [["event", "purchase"]] }),
    }),
  "event-statistics-waiting": () => screen({ parts: {} }),
  "event-statistics-unknown": () =>
    screen({
      name: LONG.slice(0, 64),
      definition: undefined,
      unknown: { count: 21, lastAt: NOW - 60_000 },
      parts: {
        ...PARTS,
        figures: (
          <EventFiguresPart
            now={{ times: 0, visitors: 0, known: 0, sessions: 0 }}
            before={undefined}
            metric="visitors"
            linkOf={(show) => `?show=${show}`}
            series={waveOf(30, 0)}
            past={[]}
            labels={dayLabels(30)}
            periodLabel="Last 30 days"
          />
        ),
        page: ranking("Pages it happened on", []),
        properties: <Properties properties={[]} linkOf={() => "?"} />,
        flows: <EventFlowsPart flows={[]} isPartial={false} />,
        source: (
          <FailedPart
            message="This took too long: choose a shorter period"
            retry="/admin/nothing"
          />
        ),
      },
    }),
};
