import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { csvHeaders, csvText } from "../../lib/csv.ts";
import { dateFormat } from "../../lib/date-format.ts";
import { Refusal } from "../../lib/errors.ts";
import { dayOf, dayStarts } from "../../lib/zone-time.ts";
import { getSite } from "../../sites/queries.ts";
import type { Site } from "../../sites/site.ts";
import { printAddress } from "../../stats/address.ts";
import { cohortsOf } from "../../stats/cohorts.ts";
import { parseMatch } from "../../stats/parse-match.ts";
import type { Match, RetentionQuestion } from "../../stats/question.ts";
import {
  RetentionPage,
  RetentionPart,
  type RetentionUnit,
  type Side,
} from "../../../views/retention.tsx";
import { page } from "../page.ts";
import { signedIn } from "../signed-in.ts";
import { noticeOf } from "./notices.tsx";
import { partOf } from "./part.tsx";
import { barOf, readReport, whyNoReturning, type Report } from "./report.ts";
import { savedViewsMenu } from "./saved-views.tsx";

/** More columns nobody reads; more rows the question does not take. */
const MOST_LATER = 30;
const MOST_BUCKETS = 400;

const OWN = new Set(["begin", "begin_match", "return", "return_match"]);

interface RetentionReport extends Report {
  readonly begins: Side;
  readonly returns: Side;
  readonly unit: RetentionUnit;
  readonly buckets: readonly number[];
  /** What of the question cannot be, by its side; without it the question can be asked. */
  readonly wrong: Readonly<Record<string, string>>;
  readonly question: RetentionQuestion | undefined;
}

/** `/admin/sites/:key/retention`: who comes back. */
export const adminRetention = (app: App) => {
  const { store, stats, now } = app;

  const reportOf = async (request: Request, key: string): Promise<RetentionReport> => {
    const site = await getSite(store, key);
    return retentionOf(readReport(request, site, `/admin/sites/${key}/retention`, now()));
  };

  const counted = async (request: Request, key: string) => {
    const report = await reportOf(request, key);
    const why = whyNoReturning(report.site) ?? Object.values(report.wrong)[0];
    if (!report.question) throw new Refusal("invalid", why ?? "This cannot be asked");
    const answer = await stats.retention(report.question, request.signal);
    const laid = cohortsOf(answer, {
      buckets: report.buckets,
      until: report.period.span.until,
      now: report.now,
      most: MOST_LATER,
      showsFirst: report.question.returns !== "anything",
    });
    return { ...report, ...laid };
  };

  return new Elysia({ prefix: "/sites/:key/retention" })
    .use(signedIn(app))

    .get("/", async ({ request, user, params: { key } }) => {
      const report = await reportOf(request, key);
      const { site, address, link, unit, wrong, period } = report;
      const others = address.more.filter(([name]) => !OWN.has(name));
      return page(
        <RetentionPage
          site={site}
          bar={barOf(report)}
          views={await savedViewsMenu(app, report, "retention", user)}
          begins={report.begins}
          returns={report.returns}
          unit={unit}
          units={unitsOf(period).map((each) => ({ unit: each, href: link({ unit: each }) }))}
          keep={[...new URLSearchParams(printAddress({ ...address, more: others }))]}
          errors={wrong}
          tableHref={`/admin/sites/${key}/retention/table?${printAddress(address)}`}
          unknowable={whyNoReturning(site)}
          caveat={caveatOf(site)}
          notice={noticeOf(request)}
        />,
        Object.keys(wrong).length === 0 ? 200 : 422,
      );
    })

    .get("/table", ({ request, params: { key } }) =>
      partOf(app, request, async () => {
        const { cohorts, averages, unit, zone, address } = await counted(request, key);
        const query = printAddress(address);
        const base = `/admin/sites/${key}/retention/cohorts`;
        return (
          <RetentionPart
            cohorts={cohorts}
            averages={averages}
            unit={unit}
            labelOf={labelsIn(unit, zone)}
            downloads={{ csv: `${base}.csv?${query}`, json: `${base}.json?${query}` }}
          />
        );
      }),
    )

    .get("/cohorts.csv", async ({ request, params: { key } }) => {
      const { cohorts, averages, zone } = await counted(request, key);
      const columns = ["began", "visitors", ...averages.map(({ later }) => `later ${later}`)];
      const rows = cohorts.map(({ at, visitors, cells }) => [
        dayOf(at, zone),
        visitors,
        ...cells.map(({ active }) => active),
      ]);
      return new Response(csvText(columns, rows), { headers: csvHeaders(`retention-${key}`) });
    })

    .get("/cohorts.json", async ({ request, params: { key } }) => {
      const { cohorts, averages, unit, zone } = await counted(request, key);
      const days = cohorts.map((cohort) => ({ ...cohort, at: dayOf(cohort.at, zone) }));
      return Response.json(
        { unit, cohorts: days, averages },
        { headers: { "cache-control": "no-store" } },
      );
    });
};

/** Reads the question from what else an address says. */
function retentionOf(report: Report): RetentionReport {
  const { address, period, site, zone, filter } = report;
  const said = new Map(address.more);
  const begins = { kind: said.get("begin") ?? "first", match: said.get("begin_match") ?? "" };
  const returns = { kind: said.get("return") ?? "anything", match: said.get("return_match") ?? "" };
  const wrong: Record<string, string> = {};
  const matchOf = (side: Side, name: "begin" | "return"): Match | undefined => {
    try {
      return parseMatch(side.kind, side.match);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      wrong[name] = error.message;
      return undefined;
    }
  };
  const from = begins.kind === "first" ? "first visit" : matchOf(begins, "begin");
  const back = returns.kind === "anything" ? "anything" : matchOf(returns, "return");
  const { unit, buckets } = bucketsOf(period, zone);
  const isKnown = whyNoReturning(site) === undefined;
  const span = { from: period.span.from, until: period.span.until };
  const question: RetentionQuestion | undefined =
    from && back && isKnown
      ? { siteIds: [site.id], zone, filter, period: span, buckets, begins: from, returns: back }
      : undefined;
  return { ...report, begins, returns, unit, buckets, wrong, question };
}

/** The lengths of cohorts that suit a period; hours are too short for anybody to come back. */
const unitsOf = ({ units }: Report["period"]): RetentionUnit[] =>
  units.filter((unit): unit is RetentionUnit => unit !== "hour");

function bucketsOf({ unit, span }: Report["period"], zone: string) {
  const isUsable = unit !== "hour" && span.buckets.length <= MOST_BUCKETS;
  if (isUsable) return { unit, buckets: span.buckets };
  const days = dayStarts(span.from, span.until, zone);
  return { unit: "day" as const, buckets: [span.from, ...days.slice(1, MOST_BUCKETS)] };
}

function labelsIn(unit: RetentionUnit, zone: string): (at: number) => string {
  const format = dateFormat(
    zone,
    unit === "month"
      ? { month: "long", year: "numeric" }
      : { day: "numeric", month: "short", year: "2-digit" },
  );
  return (at) => format.format(at);
}

/** Where some visitors are recognised and others are not, figures are lower than the truth. */
function caveatOf({ privacy }: Site): string | undefined {
  if (privacy !== "consent") return undefined;
  return "Who does not agree to be recognised is a new visitor each day and never comes back here: the true figures are higher.";
}
