import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { mayActAs } from "../../auth/user.ts";
import { PAGE_VIEW } from "../../events/event.ts";
import { listDefinitions } from "../../events/queries.ts";
import { csvHeaders, csvText } from "../../lib/csv.ts";
import { Refusal, refusalOf } from "../../lib/errors.ts";
import { fingerprint } from "../../lib/fingerprint.ts";
import { getSite } from "../../sites/queries.ts";
import type { Site } from "../../sites/site.ts";
import { printAddress } from "../../stats/address.ts";
import { goalFigures } from "../../stats/goal-figures.ts";
import {
  addGoal,
  changeGoal,
  getGoal,
  listGoals,
  listRemovedGoals,
  removeGoal,
  restoreGoal,
} from "../../stats/goal-queries.ts";
import { parseGoal, type Goal } from "../../stats/goal.ts";
import { parseMatch } from "../../stats/parse-match.ts";
import {
  GoalForm,
  GoalPage,
  GoalPreviewPart,
  NoPreview,
  type GoalFormProps,
  type GoalPreview,
} from "../../../views/goal-form.tsx";
import { GoalFiguresPart, GoalsPage } from "../../../views/goals.tsx";
import { KnownOptions } from "../../../views/parts/matches.tsx";
import { fragment, page, redirect } from "../page.ts";
import { rowId } from "../row-id.ts";
import { signedIn } from "../signed-in.ts";
import { knownMatches, lastMonth } from "./known.ts";
import { noticeOf } from "./notices.tsx";
import { partOf } from "./part.tsx";
import { barOf, readReport, type Report } from "./report.ts";

const text = t.String({ maxLength: 2000 });
const FORM = {
  body: t.Object({
    name: text,
    kind: text,
    match: text,
    value: t.Optional(text),
    seen: t.Optional(text),
  }),
};
type Form = (typeof FORM)["body"]["static"];

const COLUMNS = [
  "goal",
  "kind",
  "match",
  "conversions",
  "conversion_rate",
  "times",
  "value_sum",
  "value_average",
  "conversions_before",
];

/** What a report asks of each goal. */
const scopeOf = ({ site, zone, filter, period, before }: Report) => ({
  siteIds: [site.id],
  zone,
  filter,
  period: { from: period.span.from, until: period.span.until },
  buckets: period.span.buckets,
  before: before && { from: before.from, until: before.comparableUntil },
});

/** `/admin/sites/:key/goals`: what counts as success, and how it goes. */
export const adminGoals = (app: App) => {
  const { store, write, now, stats } = app;

  const reportOf = async (request: Request, key: string) => {
    const site = await getSite(store, key);
    return readReport(request, site, `/admin/sites/${key}/goals`, now());
  };

  /** All goals with their figures, to take away. */
  const tableOf = async (request: Request, key: string) => {
    const report = await reportOf(request, key);
    const { site } = report;
    const rows = [];
    for (const goal of await listGoals(store, site.id)) {
      const { conversions, rate, times, value, conversionsBefore } = await goalFigures(
        stats,
        scopeOf(report),
        goal,
        request.signal,
      );
      rows.push({
        goal: goal.name,
        kind: goal.kind,
        match: goal.match,
        conversions,
        conversion_rate: rate,
        times,
        value_sum: value?.sum ?? null,
        value_average: value?.average ?? null,
        conversions_before: conversionsBefore ?? null,
      });
    }
    return { site, rows };
  };

  const save = async (site: Site, body: Form, userId: number, id: number | undefined) => {
    const draft = parseGoal(body);
    await write(async (tx) => {
      const subject = `${draft.name} of ${site.domain}`;
      if (id === undefined) {
        await addGoal(tx, site.id, draft, { userId, now: now() });
        return note(tx, userId, "added goal", subject, now());
      }
      const goal = await getGoal(tx, site.id, id);
      if (body.seen !== seenOf(goal)) {
        throw new Refusal(
          "conflict",
          "Somebody else changed this goal meanwhile. What you entered is still here: save again to put it in place of theirs",
        );
      }
      await changeGoal(tx, goal, draft);
      return note(tx, userId, "changed goal", subject, now());
    });
  };

  const refusedForm = async (site: Site, body: Form, id: number | undefined, refused: Refusal) => {
    // Told once, a second saving means it.
    const seen = id === undefined ? "" : seenOf(await getGoal(store, site.id, id));
    const props: GoalFormProps = {
      ...EMPTY,
      ...body,
      site,
      id,
      seen,
      kind: body.kind === "page" ? "page" : "event",
      errors: { [refused.field ?? "form"]: refused.message },
    };
    return fragment(<GoalForm {...props} />, 422);
  };

  const saving = async (
    request: Request,
    site: Site,
    body: Form,
    userId: number,
    id: number | undefined,
  ) => {
    const refused = await refusalOf(() => save(site, body, userId, id));
    if (refused?.kind === "missing") throw refused;
    if (refused) return refusedForm(site, body, id, refused);
    return redirect(request, `/admin/sites/${site.key}/goals?notice=goal-saved`);
  };

  return new Elysia({ prefix: "/sites/:key" })
    .use(signedIn(app))

    .get("/known", async ({ request, params: { key } }) => {
      const site = await getSite(store, key);
      return fragment(<KnownOptions {...await knownMatches(app, site, request.signal)} />);
    })

    .get("/goals", async ({ request, user, params: { key } }) => {
      const report = await reportOf(request, key);
      const { site, address } = report;
      return page(
        <GoalsPage
          site={site}
          goals={await listGoals(store, site.id)}
          removed={await listRemovedGoals(store, site.id)}
          bar={{ ...barOf(report), compare: address.compare }}
          query={printAddress(address)}
          mayChange={mayActAs(user.role, "editor")}
          notice={noticeOf(request)}
        />,
      );
    })

    .get("/goals.csv", async ({ request, params: { key } }) => {
      const { site, rows } = await tableOf(request, key);
      return new Response(csvText(COLUMNS, rows.map(Object.values)), {
        headers: csvHeaders(`goals-${site.domain}`),
      });
    })

    .get("/goals.json", async ({ request, params: { key } }) =>
      Response.json((await tableOf(request, key)).rows, {
        headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" },
      }),
    )

    .get("/goals/:id/figures", async ({ request, params: { key, id } }) => {
      const report = await reportOf(request, key);
      const goal = await getGoal(store, report.site.id, rowId(id));
      return partOf(app, request, async () => (
        <GoalFiguresPart
          goal={goal}
          figures={await goalFigures(stats, scopeOf(report), goal, request.signal)}
        />
      ));
    })

    .get("/goals/new", async ({ params: { key } }) => {
      const site = await getSite(store, key);
      return page(<GoalPage {...EMPTY} site={site} />);
    })

    .get("/goals/preview", async ({ request, params: { key }, query }) => {
      const site = await getSite(store, key);
      return partOf(app, request, () => previewOf(app, site, query, request.signal));
    })

    .get("/goals/:id", async ({ request, params: { key, id } }) => {
      const site = await getSite(store, key);
      const goal = await getGoal(store, site.id, rowId(id));
      return page(
        <GoalPage
          {...EMPTY}
          {...goal}
          site={site}
          value={goal.value ?? ""}
          seen={seenOf(goal)}
          notice={noticeOf(request)}
        />,
      );
    })

    .post(
      "/goals",
      async ({ request, user, params: { key }, body }) =>
        saving(request, await getSite(store, key), body, user.id, undefined),
      FORM,
    )

    .post(
      "/goals/:id",
      async ({ request, user, params: { key, id }, body }) =>
        saving(request, await getSite(store, key), body, user.id, rowId(id)),
      FORM,
    )

    .post("/goals/:id/remove", async ({ request, user, params: { key, id } }) => {
      const site = await getSite(store, key);
      await write(async (tx) => {
        const goal = await getGoal(tx, site.id, rowId(id));
        await removeGoal(tx, goal, now());
        await note(tx, user.id, "removed goal", `${goal.name} of ${site.domain}`, now());
      });
      return redirect(
        request,
        `/admin/sites/${key}/goals?notice=goal-removed&of=${key}/goals/${id}`,
      );
    })

    .post("/goals/:id/restore", async ({ request, user, params: { key, id } }) => {
      const site = await getSite(store, key);
      await write(async (tx) => {
        await restoreGoal(tx, site.id, rowId(id));
        const goal = await getGoal(tx, site.id, rowId(id));
        await note(tx, user.id, "restored goal", `${goal.name} of ${site.domain}`, now());
      });
      return redirect(request, `/admin/sites/${key}/goals?notice=goal-restored`);
    });
};

const EMPTY = {
  id: undefined,
  name: "",
  kind: "event",
  match: "",
  value: "",
  seen: "",
} as const;

const seenOf = ({ name, kind, match, value }: Goal) => fingerprint([name, kind, match, value]);

/** What a goal would have counted, as far as it is filled in. */
async function previewOf(
  app: App,
  site: Site,
  query: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
) {
  const { kind = "event", match: typed = "", value = "" } = query;
  if (typed.trim() === "") {
    return <NoPreview message="Choose an event or a page, and its figures stand here." />;
  }
  let match;
  try {
    match = parseMatch(kind, typed);
  } catch (error) {
    if (error instanceof Refusal) return <NoPreview message={`${error.message}.`} />;
    throw error;
  }
  const { stats, store } = app;
  const scope = lastMonth(app, site);
  const name = match.kind === "event" && value.trim() !== "" ? value.trim().slice(0, 64) : null;
  const [figures, properties, definitions] = await Promise.all([
    goalFigures(
      stats,
      { ...scope, buckets: [scope.period.from] },
      { ...match, value: name },
      signal,
    ),
    match.kind === "event"
      ? stats.properties(
          { ...scope, filter: { dimension: "event", operator: "is", values: [match.match] } },
          signal,
        )
      : [],
    listDefinitions(store, site.id),
  ]);
  const isKnown =
    match.kind === "page" ||
    match.match === PAGE_VIEW ||
    definitions.some((definition) => definition.name === match.match);
  const preview: GoalPreview = {
    visitors: figures.conversions,
    times: figures.times,
    rate: figures.rate,
    numbers: properties.filter(({ numbers }) => numbers !== undefined).map(({ key }) => key),
    ...(name !== null && figures.value && { value: { name, ...figures.value } }),
    ...(!isKnown && { undefinedEvent: match.match }),
  };
  return <GoalPreviewPart preview={preview} />;
}
