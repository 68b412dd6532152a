import { Elysia } from "elysia";
import type { VNode } from "preact";
import type { App } from "../../app.ts";
import { FailedList, List, ListPage, UnavailableList, WaitingList } from "../../../views/list.tsx";
import { dimensionLabel } from "../../../views/parts/filters.tsx";
import { valueText } from "../../../views/parts/value-text.ts";
import { csvHeaders, csvText } from "../../lib/csv.ts";
import { Refusal } from "../../lib/errors.ts";
import { linksFrom, type PlainMetric } from "../../stats/address.ts";
import { dimensionKind } from "../../stats/condition.ts";
import { DIMENSIONS, type Dimension } from "../../stats/dimensions.ts";
import type { Answer, AnswerRow } from "../../stats/question.ts";
import { fragment, page } from "../page.ts";
import { signedIn } from "../signed-in.ts";
import { createGrace } from "./grace.ts";
import { barOf, whyNoReturning } from "./report.ts";
import { listQuestion, seriesQuestion, cardMetrics, type GoalReport } from "./report-questions.ts";
import { begunOr, lookerOf, readGoalReport, settled, type Part } from "./statistics.tsx";
import { rowLink } from "./statistics-parts.tsx";

const PAGE_SIZE = 50;
/** The contract's own limit. */
const MOST_ROWS = 100_000;
/** Values with names of their own are few; they are searched and ordered by those. */
const NAMED = new Set([
  "country",
  "language",
  "source",
  "device",
  "screen",
  "hour",
  "weekday",
  "visitor",
  "contact",
]);
const MOST_NAMED = 1000;

interface Wish {
  readonly dimension: Dimension;
  readonly search: string;
  readonly order: { readonly by: PlainMetric | "key"; readonly descending: boolean };
  readonly offset: number;
}

/** `/admin/sites/:key/list/:dimension`: a panel's list in full, and everything as CSV and JSON. */
export const adminLists = (app: App) => {
  const grace = createGrace(app.now);
  return new Elysia({ prefix: "/sites/:key/list" })
    .use(signedIn(app))

    .get("/:file", async ({ request, user, params: { key, file } }) => {
      const [, name = "", format] = /^(.*?)(?:\.(csv|json))?$/s.exec(file)!;
      const report = await readGoalReport(app, request, key, pathOf(key, name));
      if (format === "csv" || format === "json") {
        return exported(app, report, name, format, request);
      }
      const wish = readWish(request, report, name);
      const part = listPart(app, report, wish);
      const [list] = await grace.parts(lookerOf(user, report), request.signal, [part]);
      return page(pageOf(report, wish, list!), report.errors.length === 0 ? 200 : 422);
    })

    .get("/:file/part", async ({ request, user, params: { key, file } }) => {
      const report = await readGoalReport(app, request, key, pathOf(key, file));
      const part = listPart(app, report, readWish(request, report, file));
      const begun = grace.take(lookerOf(user, report), request.url);
      const { node, status } = await settled(app, begunOr(part, begun), request.signal);
      // What is searched for stays when the page is loaded anew, or sent to somebody.
      const more = report.address.more.filter(([, value]) => value !== "");
      return fragment(node, status, { "hx-replace-url": report.link({ more }) });
    });
};

const pathOf = (key: string, dimension: string) =>
  `/admin/sites/${key}/list/${encodeURIComponent(dimension).replaceAll("%3A", ":")}`;

const metricsOf = ({ goal }: GoalReport): PlainMetric[] => [
  "visitors",
  "sessions",
  "views",
  "events",
  "bounce_rate",
  "session_time",
  "engaged_time",
  "scroll_depth",
  ...(goal ? (["conversions", "conversion_rate"] as const) : []),
];

/** What is searched for, in which order, from where on; `order=-views` is the most first. */
function readWish(request: Request, report: GoalReport, dimension: string): Wish {
  if (!dimensionKind(dimension)) throw new Refusal("missing", "There is no such list");
  const { searchParams } = new URL(request.url);
  const text = searchParams.get("order") ?? "-visitors";
  const by = [...metricsOf(report), "key" as const].find((each) => each === text.replace(/^-/, ""));
  const offset = Math.floor(Number(searchParams.get("offset") ?? 0)) || 0;
  return {
    dimension: dimension as Dimension,
    search: (searchParams.get("q") ?? "").trim().slice(0, 200),
    order: by ? { by, descending: text.startsWith("-") } : { by: "visitors", descending: true },
    offset: Math.min(Math.max(0, offset), MOST_ROWS),
  };
}

const more = (report: GoalReport, changes: Record<string, string>) => [
  ...report.address.more.filter(([name]) => !(name in changes)),
  ...Object.entries(changes).filter(([, value]) => value !== ""),
];

function pageOf(report: GoalReport, wish: Wish, list: VNode) {
  const { site, sitePath, address, link, goal } = report;
  const label = dimensionLabel(DIMENSIONS, wish.dimension);
  const [path = "", query = ""] = link().split("?");
  const fields = [...new URLSearchParams(query)].filter(([name]) => name !== "q");
  return (
    <ListPage
      site={site}
      label={label}
      bar={{
        ...barOf(report),
        compare: address.compare,
        goal: goal && { name: goal.name, href: link({ goal: undefined }) },
      }}
      back={linksFrom(sitePath, address)({ more: [] })}
      search={wish.search}
      fields={fields}
      path={path}
      partUrl={`${path}/part`}
      list={list}
    />
  );
}

function listPart(app: App, report: GoalReport, wish: Wish): Part {
  const [path = "", query = ""] = report.link().split("?");
  const url = `${path}/part?${query}${wish.offset > 0 ? `&offset=${wish.offset}` : ""}`;
  return {
    url,
    make: (signal) => madeList(app, report, wish, signal),
    waiting: <WaitingList url={url} />,
    failed: (message) => <FailedList url={url} message={message} />,
  };
}

async function madeList(app: App, report: GoalReport, wish: Wish, signal: AbortSignal) {
  const why = wish.dimension === "visitor" ? whyNoReturning(report.site) : undefined;
  if (why !== undefined) return <UnavailableList why={why} />;
  const { answer, rows, groups } = await askList(
    app,
    report,
    { ...wish, limit: PAGE_SIZE },
    signal,
  );
  const { address, sitePath, link } = report;
  const { dimension, order, offset, search } = wish;
  const onOverview = { address, link: linksFrom(sitePath, { ...address, more: [] }) };
  const pageAt = (at: number) => {
    const href = link();
    return `${href}${href.includes("?") ? "&" : "?"}offset=${at}`;
  };
  return (
    <List
      label={dimensionLabel(DIMENSIONS, dimension)}
      metrics={metricsOf(report)}
      rows={rows.map(({ keys: [key = ""], values, before }) => {
        const { href, isChosen = false } = rowLink(onOverview, dimension, key);
        return { key, name: valueText(dimension, key), values, before, href: href!, isChosen };
      })}
      whole={answer.totals[0] ?? 0}
      order={order}
      orderHref={(by) => {
        const descending = order.by === by ? !order.descending : by !== "key";
        return link({ more: more(report, { order: `${descending ? "-" : ""}${by}` }) });
      }}
      first={offset}
      groups={groups}
      earlier={offset > 0 ? pageAt(Math.max(0, offset - PAGE_SIZE)) : undefined}
      later={offset + rows.length < groups ? pageAt(offset + PAGE_SIZE) : undefined}
      exportUrl={(format) => {
        const [path = "", query = ""] = link().split("?");
        return `${path}.${format}${query && `?${query}`}`;
      }}
      empty={
        search === ""
          ? "Nothing of this was recorded in the period."
          : `Nothing here contains “${search}”.`
      }
    />
  );
}

/** The rows of a page, searched and ordered as people read them. */
async function askList(
  app: App,
  report: GoalReport,
  { dimension, search, order, offset, limit }: Wish & { limit: number },
  signal: AbortSignal,
): Promise<{ answer: Answer; rows: readonly AnswerRow[]; groups: number }> {
  const metrics = metricsOf(report);
  const isNamed = NAMED.has(dimension);
  const part = isNamed ? { limit: MOST_NAMED } : { search, limit, offset };
  const question = listQuestion(report, dimension, { metrics, order, isCompared: true, ...part });
  const answer = await app.stats.figures(question, signal);
  if (!isNamed) return { answer, rows: answer.rows, groups: answer.groups };
  const wanted = search.toLowerCase();
  const named = answer.rows
    .map((row) => ({ row, name: valueText(dimension, row.keys[0] ?? "") }))
    .filter(({ name }) => name.toLowerCase().includes(wanted));
  if (order.by === "key") {
    // Hours and weekdays have an order of their own, which their numbers tell.
    const isNumeric = dimensionKind(dimension)?.numeric === true;
    named.sort((a, b) =>
      isNumeric
        ? Number(a.row.keys[0]) - Number(b.row.keys[0])
        : a.name.localeCompare(b.name, "en"),
    );
    if (order.descending) named.reverse();
  }
  const rows = named.slice(offset, offset + limit).map(({ row }) => row);
  return { answer, rows, groups: named.length };
}

/** Times are in ms, shares from 0 to 1: what a program wants, and a spreadsheet can format. */
const columnName = (metric: PlainMetric) => (metric.endsWith("_time") ? `${metric}_ms` : metric);

async function exported(
  app: App,
  report: GoalReport,
  name: string,
  format: "csv" | "json",
  request: Request,
): Promise<Response> {
  const isSeries = name === "time";
  const { columns, rows } = isSeries
    ? await seriesTable(app, report, request.signal)
    : await listTable(app, report, readWish(request, report, name), request.signal);
  const { period, zone, site } = report;
  if (format === "csv") {
    const file = `${site.domain}-${name}-${period.fromDay}-${period.untilDay}`;
    return new Response(csvText(columns, rows), { headers: csvHeaders(file) });
  }
  const objects = rows.map((row) =>
    Object.fromEntries(row.map((value, at) => [columns[at]!, value])),
  );
  return Response.json(
    {
      site: site.domain,
      from: new Date(period.span.from).toISOString(),
      until: new Date(period.span.until).toISOString(),
      zone,
      rows: objects,
    },
    { headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" } },
  );
}

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

async function seriesTable(app: App, report: GoalReport, signal: AbortSignal): Promise<Table> {
  const metrics = cardMetrics(report);
  const { rows, rowsBefore = [] } = await app.stats.figures(
    seriesQuestion(report, metrics),
    signal,
  );
  const { before, period } = report;
  const names = metrics.map(columnName);
  return {
    columns: ["from", ...names, ...(before ? names.map((name) => `${name}_before`) : [])],
    rows: rows.map(({ values }, index) => [
      new Date(period.span.buckets[index]!).toISOString(),
      ...values,
      ...(before ? (rowsBefore[index]?.values ?? metrics.map(() => null)) : []),
    ]),
  };
}

async function listTable(
  app: App,
  report: GoalReport,
  wish: Wish,
  signal: AbortSignal,
): Promise<Table> {
  const why = wish.dimension === "visitor" ? whyNoReturning(report.site) : undefined;
  if (why !== undefined) throw new Refusal("invalid", why);
  const { rows } = await askList(app, report, { ...wish, offset: 0, limit: MOST_ROWS }, signal);
  const metrics = metricsOf(report);
  const isNamed = NAMED.has(wish.dimension);
  const names = metrics.map(columnName);
  const before = report.before ? ["visitors_before"] : [];
  return {
    columns: [wish.dimension, ...(isNamed ? ["name"] : []), ...names, ...before],
    rows: rows.map(({ keys: [key = ""], values, before: earlier }) => [
      key,
      ...(isNamed ? [valueText(wish.dimension, key)] : []),
      ...values,
      ...(report.before ? [earlier?.[0] ?? 0] : []),
    ]),
  };
}
