import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { mayActAs } from "../../auth/user.ts";
import { EVENT_NAME, PAGE_VIEW } from "../../events/event.ts";
import { getDefinition, listDefinitions, listUndefinedEvents } from "../../events/queries.ts";
import { listEventFlows } from "../../flows/launches.ts";
import { Refusal } from "../../lib/errors.ts";
import { getSite } from "../../sites/queries.ts";
import { printAddress } from "../../stats/address.ts";
import { PROPERTY } from "../../stats/dimensions.ts";
import { timesOf } from "../../stats/goal-figures.ts";
import { begunBuckets, bucketLabels } from "../../stats/period.ts";
import type { Filter, Value } from "../../stats/question.ts";
import {
  EVENT_METRICS,
  EventFiguresPart,
  EventFlowsPart,
  EventStatisticsPage,
  type EventFigures,
  type EventMetric,
} from "../../../views/event-statistics.tsx";
import { Happenings } from "../../../views/parts/happenings.tsx";
import { Properties } from "../../../views/parts/properties.tsx";
import { Ranking } from "../../../views/parts/ranking.tsx";
import { count } from "../../../views/parts/text.ts";
import { valueText } from "../../../views/parts/value-text.ts";
import { page, redirect } from "../page.ts";
import { rowId } from "../row-id.ts";
import { signedIn } from "../signed-in.ts";
import { downloadHappenings, keyOf, parseKey } from "./happenings.ts";
import { noticeOf } from "./notices.tsx";
import { partOf } from "./part.tsx";
import { barOf, readReport, type Report } from "./report.ts";
import { rowLink } from "./statistics-parts.tsx";

/** The lists of an event, by the dimension that is asked for. */
const LISTS = {
  page: "Pages it happened on",
  source: "Where they came from",
  country: "Countries",
  device: "Devices",
} as const;

const ROWS = 10;
const OCCURRENCES = 20;

interface EventReport extends Report {
  readonly name: string;
  /** Only the event, and what was chosen. */
  readonly scope: {
    readonly siteIds: readonly number[];
    readonly zone: string;
    readonly period: { readonly from: number; readonly until: number };
    readonly filter: Filter;
  };
}

/** `/admin/sites/:key/events/statistics?event=NAME`: everything about one event. */
export const adminEventStatistics = (app: App) => {
  const { store, stats, now } = app;
  const reportOf = async (request: Request, key: string): Promise<EventReport> => {
    const site = await getSite(store, key);
    const report = readReport(request, site, `/admin/sites/${key}/events/statistics`, now());
    const name = report.address.more.find(([parameter]) => parameter === "event")?.[1] ?? "";
    if (!EVENT_NAME.test(name)) throw new Refusal("missing", "There is no such event");
    const isEvent: Filter = { dimension: "event", operator: "is", values: [name] };
    const selected = report.filter ? { all: [isEvent, report.filter] } : isEvent;
    const { from, until } = report.period.span;
    const scope = {
      siteIds: [site.id],
      zone: report.zone,
      period: { from, until },
      filter: selected,
    };
    return { ...report, name, scope };
  };

  return new Elysia({ prefix: "/sites/:key/events" })
    .use(signedIn(app))

    .get("/:id/statistics", async ({ request, params: { key, id } }) => {
      const site = await getSite(store, key);
      const { name } = await getDefinition(store, site.id, rowId(id));
      return redirect(request, `/admin/sites/${key}/events/statistics?event=${name}`);
    })

    .get("/statistics", async ({ request, user, params: { key } }) => {
      const report = await reportOf(request, key);
      const { site, name, address, zone } = report;
      const definitions = await listDefinitions(store, site.id);
      const definition = definitions.find((each) => each.name === name);
      const unknown = definition
        ? undefined
        : (await listUndefinedEvents(store, site.id)).find((each) => each.name === name);
      const query = printAddress(address);
      return page(
        <EventStatisticsPage
          site={site}
          name={name}
          definition={definition}
          isPageView={name === PAGE_VIEW}
          unknown={unknown}
          bar={{ ...barOf(report), compare: address.compare }}
          partOf={(part) => `/admin/sites/${key}/events/statistics/${part}?${query}`}
          mayChange={mayActAs(user.role, "editor")}
          zone={zone}
          notice={noticeOf(request)}
        />,
      );
    })

    .get("/statistics/figures", async ({ request, params: { key } }) => {
      const report = await reportOf(request, key);
      return partOf(app, request, () => figuresPart(app, report, request.signal));
    })

    .get("/statistics/properties", async ({ request, params: { key } }) => {
      const { scope, address, link } = await reportOf(request, key);
      return partOf(app, request, async () => (
        <Properties
          properties={await stats.properties(scope, request.signal)}
          linkOf={(property, value) =>
            link({
              filters: [
                ...address.filters,
                { dimension: `${PROPERTY}${property}`, operator: "is", values: [value] },
              ],
            })
          }
        />
      ));
    })

    .get("/statistics/flows", async ({ request, params: { key } }) => {
      const { site, name, scope, filter } = await reportOf(request, key);
      return partOf(app, request, async () => (
        <EventFlowsPart
          flows={await listEventFlows(store, { siteId: site.id, event: name, ...scope.period })}
          isPartial={filter !== undefined}
        />
      ));
    })

    .get("/statistics/occurrences", async ({ request, params: { key }, query: { before } }) => {
      const { scope, zone, address } = await reportOf(request, key);
      const rest = printAddress({
        ...address,
        more: address.more.filter(([parameter]) => parameter !== "before"),
      });
      return partOf(app, request, async () => {
        const items = await stats.occurrences(
          { ...scope, limit: OCCURRENCES + 1, all: true, before: parseKey(before) },
          request.signal,
        );
        const shown = items.slice(0, OCCURRENCES);
        if (shown.length === 0) return <p class="pad muted">It did not happen in this period.</p>;
        const last = items.length > OCCURRENCES ? shown.at(-1) : undefined;
        const base = `/admin/sites/${key}/events/statistics/occurrences`;
        return (
          <Happenings
            items={shown}
            zone={zone}
            earlier={last && `${base}?${rest}&before=${keyOf(last)}`}
          />
        );
      });
    })

    .get("/statistics/occurrences.csv", async ({ request, params: { key } }) => {
      const { scope, name } = await reportOf(request, key);
      return downloadHappenings(app, request, { ...scope, all: true }, { name, format: "csv" });
    })

    .get("/statistics/occurrences.json", async ({ request, params: { key } }) => {
      const { scope, name } = await reportOf(request, key);
      return downloadHappenings(app, request, { ...scope, all: true }, { name, format: "json" });
    })

    .get("/statistics/:list", async ({ request, params: { key, list } }) => {
      if (!Object.hasOwn(LISTS, list)) {
        throw new Refusal("missing", "There is nothing at this address");
      }
      const report = await reportOf(request, key);
      return partOf(app, request, () =>
        listPart(app, report, list as keyof typeof LISTS, request.signal),
      );
    });
};

async function figuresPart(app: App, report: EventReport, signal: AbortSignal) {
  const { scope, period, before, name, address, link } = report;
  const times = timesOf({ kind: "event", match: name });
  const metric = metricOf(address.more.find(([parameter]) => parameter === "show")?.[1]);
  const metrics = [times, "visitors", "sessions"] as const;
  const knownOnly: Filter = {
    all: [scope.filter, { dimension: "contact", operator: "is", values: ["known"] }],
  };
  const compare = before && {
    compare: { period: { from: before.from, until: before.comparableUntil } },
  };
  const whole = before && {
    compare: {
      period: { from: before.from, until: before.until },
      buckets: before.buckets,
    },
  };
  const shown = { times, visitors: "visitors", known: "visitors", sessions: "sessions" } as const;
  const [all, known, series] = await Promise.all([
    app.stats.figures({ ...scope, metrics, ...compare }, signal),
    app.stats.figures({ ...scope, filter: knownOnly, metrics: ["visitors"], ...compare }, signal),
    app.stats.figures(
      {
        ...scope,
        filter: metric === "known" ? knownOnly : scope.filter,
        metrics: [shown[metric]],
        by: ["time"],
        buckets: period.span.buckets,
        ...whole,
      },
      signal,
    ),
  ]);
  const begun = begunBuckets(period, report.now);
  const others = address.more.filter(([parameter]) => parameter !== "show");
  return (
    <EventFiguresPart
      now={figuresOf(all.totals, known.totals)}
      before={
        all.totalsBefore && known.totalsBefore && figuresOf(all.totalsBefore, known.totalsBefore)
      }
      metric={metric}
      linkOf={(show) => link({ more: [...others, ["show", show]] })}
      series={series.rows.slice(0, begun).map(({ values }) => values[0] ?? 0)}
      past={series.rowsBefore?.map(({ values }) => values[0] ?? 0) ?? []}
      labels={bucketLabels(period, period.span)}
      periodLabel={period.label}
    />
  );
}

const metricOf = (text: string | undefined): EventMetric =>
  text !== undefined && Object.hasOwn(EVENT_METRICS, text) ? (text as EventMetric) : "times";

const figuresOf = (all: readonly Value[], known: readonly Value[]): EventFigures => ({
  times: all[0] ?? 0,
  visitors: all[1] ?? 0,
  sessions: all[2] ?? 0,
  known: known[0] ?? 0,
});

async function listPart(
  app: App,
  { scope, name, address, link }: EventReport,
  by: keyof typeof LISTS,
  signal: AbortSignal,
) {
  const answer = await app.stats.figures(
    {
      ...scope,
      metrics: ["visitors", timesOf({ kind: "event", match: name })],
      by: [by],
      limit: ROWS,
    },
    signal,
  );
  return (
    <Ranking
      title={LISTS[by]}
      empty="It did not happen in this period."
      rows={answer.rows.map(({ keys: [value = ""], values }) => ({
        ...rowLink({ address, link }, by, value),
        key: value,
        name: valueText(by, value),
        visitors: values[0] ?? 0,
        times: values[1] ?? 0,
      }))}
    >
      {answer.groups > ROWS && <p class="muted small">and {count(answer.groups - ROWS)} more</p>}
    </Ranking>
  );
}
