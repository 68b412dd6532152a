import { Elysia } from "elysia";
import type { VNode } from "preact";
import type { App } from "../../app.ts";
import {
  FailedPart,
  StatisticsPage,
  VisitorsNow,
  WaitingCards,
  WaitingChart,
} from "../../../views/statistics.tsx";
import { FailedPanel, WaitingPanel } from "../../../views/parts/panel.tsx";
import { Refusal } from "../../lib/errors.ts";
import { getSite } from "../../sites/queries.ts";
import { listGoals } from "../../stats/goal-queries.ts";
import { fragment, page } from "../page.ts";
import { signedIn } from "../signed-in.ts";
import { createGrace, type Looker } from "./grace.ts";
import { noticeOf } from "./notices.tsx";
import { findPanel, PANELS, tabOf, type PanelKind } from "./panels.ts";
import { barOf, readReport, type Report } from "./report.ts";
import { cardMetrics, type GoalReport } from "./report-questions.ts";
import { savedViewsMenu } from "./saved-views.tsx";
import { cardsPart, chartPart, panelFrame, panelPart } from "./statistics-parts.tsx";
import { chosenTabs, tabCookie } from "./tab-cookie.ts";

/** `/admin/sites/:key`: what happened on a site, in parts that come as they are ready. */
export const adminStatistics = (app: App) => {
  const { store, stats, now } = app;
  const grace = createGrace(now);

  return new Elysia({ prefix: "/sites/:key" })
    .use(signedIn(app))

    .get("/", async ({ request, user, params: { key } }) => {
      const report = await readGoalReport(app, request, key);
      const { site, address, goal } = report;
      const tabs = chosenTabs(request);
      const parts = [
        nowPart(app, report),
        cards(app, report),
        chart(app, report),
        ...PANELS.map((kind) => panel(app, report, kind, tabs[kind.name])),
      ];
      const ready = await grace.parts(lookerOf(user, report), request.signal, parts);
      const [visitorsNow, cardsNode, chartNode, ...panels] = ready as [VNode, VNode, VNode];
      return page(
        <StatisticsPage
          site={site}
          bar={{
            ...barOf(report),
            compare: address.compare,
            goal: goal && { name: goal.name, href: report.link({ goal: undefined }) },
          }}
          tools={await savedViewsMenu(app, report, "overview", user)}
          notice={noticeOf(request)}
          now={visitorsNow}
          cards={cardsNode}
          chart={chartNode}
          panels={panels}
        />,
        report.errors.length === 0 ? 200 : 422,
      );
    })

    .get("/now", async ({ params: { key } }) => {
      const site = await getSite(store, key);
      return fragment(<VisitorsNow siteKey={key} now={await stats.now(site.id)} />);
    })

    .get("/part/:part", async ({ request, user, params: { key, part } }) => {
      const report = await readGoalReport(app, request, key);
      const kind = findPanel(part);
      const wish = new URL(request.url).searchParams.get("tab") ?? undefined;
      const made = kind ? panel(app, report, kind, wish) : figuresPart(app, report, part);
      if (!made) throw new Refusal("missing", "There is no such part of a page");
      const begun = grace.take(lookerOf(user, report), request.url);
      const { node, status } = await settled(app, begunOr(made, begun), request.signal);
      return fragment(node, status, kind && wish !== undefined ? tabCookie(kind, wish) : {});
    });
};

/** One part of the page: how it is made, how it is awaited, and how its failure looks. */
export interface Part {
  /** Path and query of the part alone. */
  readonly url: string;
  make(signal: AbortSignal): Promise<VNode>;
  readonly waiting: VNode;
  failed(message: string): VNode;
}

/** Parts have the address of the page, with the path of their own. */
const partUrl = ({ sitePath, link }: GoalReport, name: string) => {
  const query = link().split("?")[1];
  return `${sitePath}/part/${name}${query ? `?${query}` : ""}`;
};

function cards(app: App, report: GoalReport): Part {
  const url = partUrl(report, "cards");
  return {
    url,
    make: (signal) => cardsPart(app, report, signal),
    waiting: <WaitingCards url={url} metrics={cardMetrics(report)} />,
    failed: (message) => <FailedPart id="cards" url={url} message={message} />,
  };
}

function chart(app: App, report: GoalReport): Part {
  const url = partUrl(report, "chart");
  return {
    url,
    make: (signal) => chartPart(app, report, signal),
    waiting: <WaitingChart url={url} />,
    failed: (message) => <FailedPart id="chart" url={url} message={message} />,
  };
}

const figuresPart = (app: App, report: GoalReport, name: string): Part | undefined =>
  name === "cards" ? cards(app, report) : name === "chart" ? chart(app, report) : undefined;

function panel(app: App, report: GoalReport, kind: PanelKind, wish: string | undefined): Part {
  const frame = panelFrame(report, kind, tabOf(kind, wish));
  return {
    url: frame.url,
    make: (signal) => panelPart(app, report, { kind, wish }, signal),
    waiting: <WaitingPanel {...frame} />,
    failed: (message) => <FailedPanel {...frame} message={message} />,
  };
}

function nowPart({ stats }: App, { site }: GoalReport): Part {
  const none = <VisitorsNow siteKey={site.key} now={undefined} />;
  return {
    url: `/admin/sites/${site.key}/now`,
    make: async () => <VisitorsNow siteKey={site.key} now={await stats.now(site.id)} />,
    waiting: none,
    failed: () => none,
  };
}

export const lookerOf = (user: { readonly id: number }, { zone, site }: Report): Looker => ({
  userId: user.id,
  zone,
  siteId: site.id,
});

/** The part as it was begun for the page, if it was. */
export const begunOr = (part: Part, begun: Promise<VNode> | undefined): Part =>
  begun ? { ...part, make: () => begun } : part;

/** A part that fails says so in its place, and the others stand. */
export async function settled(
  { log }: App,
  part: Part,
  signal: AbortSignal,
): Promise<{ node: VNode; status: number }> {
  try {
    return { node: await part.make(signal), status: 200 };
  } catch (error) {
    // Nobody reads the answer any more.
    if (signal.aborted) return { node: part.waiting, status: 200 };
    if (error instanceof Refusal) return { node: part.failed(`${error.message}.`), status: 503 };
    log.error("a part of the statistics failed", error);
    return {
      node: part.failed("This could not be counted; it has been noted in the log."),
      status: 500,
    };
  }
}

/** The report with its goal; one that is not there is said. */
export async function readGoalReport(
  app: App,
  request: Request,
  key: string,
  path = `/admin/sites/${key}`,
): Promise<GoalReport> {
  const site = await getSite(app.store, key);
  const report = readReport(request, site, path, app.now());
  const { goal: id } = report.address;
  if (id === undefined) return { ...report, goal: undefined };
  const goal = (await listGoals(app.store, site.id)).find((each) => each.id === id);
  const errors = goal ? report.errors : [...report.errors, "The goal is gone: somebody removed it"];
  return { ...report, goal, errors };
}
