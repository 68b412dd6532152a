import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { mayActAs } from "../../auth/user.ts";
import { csvHeaders, csvText } from "../../lib/csv.ts";
import { Refusal, refusalOf } from "../../lib/errors.ts";
import { getSite } from "../../sites/queries.ts";
import type { Site } from "../../sites/site.ts";
import { printAddress } from "../../stats/address.ts";
import { DIMENSIONS, PROPERTY, type Dimension } from "../../stats/dimensions.ts";
import {
  addFunnel,
  changeFunnel,
  getFunnel,
  listFunnels,
  listRemovedFunnels,
  removeFunnel,
  restoreFunnel,
} from "../../stats/funnel-queries.ts";
import type { FunnelAnswer, FunnelQuestion, Match } from "../../stats/question.ts";
import {
  FEWEST_STEPS,
  MOST_STEPS,
  parseFunnel,
  parseFunnelShape,
  UNITS,
  withinOf,
  type SavedFunnel,
  type Unit,
} from "../../stats/saved-funnel.ts";
import {
  FunnelForm,
  FunnelFormPage,
  FunnelPreviewPart,
  type FunnelFormProps,
} from "../../../views/funnel-form.tsx";
import { FunnelGlance, FunnelPage, FunnelPart, FunnelsPage } from "../../../views/funnels.tsx";
import { NoPreview } from "../../../views/goal-form.tsx";
import { dimensionLabel } from "../../../views/parts/filters.tsx";
import { matchSentence } from "../../../views/parts/matches.tsx";
import { valueText } from "../../../views/parts/value-text.ts";
import { fragment, page, redirect } from "../page.ts";
import { rowId } from "../row-id.ts";
import { signedIn } from "../signed-in.ts";
import { lastMonth } from "./known.ts";
import { hrefOfMatch } from "./match-href.ts";
import { noticeOf } from "./notices.tsx";
import { partOf } from "./part.tsx";
import { barOf, readReport, type Report } from "./report.ts";

const text = t.String({ maxLength: 2000 });
// A form sends one value as text and several as a list.
const several = t.Optional(t.Union([text, t.Array(text, { maxItems: MOST_STEPS + 1 })]));
const FORM = {
  body: t.Object({
    name: text,
    kind: several,
    match: several,
    within: text,
    unit: text,
    revision: t.Optional(t.Numeric()),
    id: t.Optional(text),
  }),
};
type Form = (typeof FORM)["body"]["static"];

/** `/admin/sites/:key/funnels`: ways people should go, and where they turn back. */
export const adminFunnels = (app: App) => {
  const { store, write, now, stats } = app;

  const reportOf = async (request: Request, key: string, id: string) => {
    const site = await getSite(store, key);
    const funnel = await getFunnel(store, site.id, rowId(id));
    const report = readReport(request, site, `/admin/sites/${key}/funnels/${id}`, now());
    return { ...report, funnel, by: breakdownOf(report) };
  };

  const drawn = async (request: Request, key: string, id: string) => {
    const report = await reportOf(request, key, id);
    const { funnel, site, zone, period, filter, by } = report;
    const question: FunnelQuestion = {
      siteIds: [site.id],
      zone,
      period: { from: period.span.from, until: period.span.until },
      filter,
      steps: funnel.steps,
      withinMs: funnel.withinMs,
      by,
    };
    return { ...report, answer: await stats.funnel(question, request.signal) };
  };

  const saving = async (
    request: Request,
    site: Site,
    body: Form,
    userId: number,
    id: number | undefined,
  ) => {
    const before = id === undefined ? undefined : await getFunnel(store, site.id, id);
    let saved = id;
    const refused = await refusalOf(async () => {
      const draft = parseFunnel({ ...body, steps: stepsOf(body) });
      await write(async (tx) => {
        if (before) await changeFunnel(tx, before, draft, body.revision ?? 0, now());
        else saved = await addFunnel(tx, site.id, draft, { userId, now: now() });
        const action = before ? "changed funnel" : "added funnel";
        await note(tx, userId, action, `${draft.name} of ${site.domain}`, now());
      });
    });
    if (!refused) {
      return redirect(request, `/admin/sites/${site.key}/funnels/${saved}?notice=funnel-saved`);
    }
    // Told once, a second saving means it.
    const current = id === undefined ? undefined : await getFunnel(store, site.id, id);
    return fragment(
      <FunnelForm
        {...formOf(site, body)}
        id={id}
        revision={current?.revision ?? 1}
        errors={{ [refused.field ?? "form"]: refused.message }}
      />,
      422,
    );
  };

  return new Elysia({ prefix: "/sites/:key/funnels" })
    .use(signedIn(app))

    .get("/", async ({ request, user, params: { key } }) => {
      const site = await getSite(store, key);
      return page(
        <FunnelsPage
          site={site}
          funnels={await listFunnels(store, site.id)}
          removed={await listRemovedFunnels(store, site.id)}
          mayChange={mayActAs(user.role, "editor")}
          notice={noticeOf(request)}
        />,
      );
    })

    .get("/new", async ({ params: { key } }) => {
      const site = await getSite(store, key);
      return page(<FunnelFormPage {...formOf(site, EMPTY)} />);
    })

    .get("/form", async ({ request, params: { key } }) => {
      const site = await getSite(store, key);
      const { searchParams } = new URL(request.url);
      const body = bodyOf(searchParams);
      const steps = rearranged(stepsOf(body), searchParams.get("act") ?? "");
      return fragment(<FunnelForm {...formOf(site, body)} steps={steps} isDirty />);
    })

    .get("/preview", async ({ request, params: { key } }) => {
      const site = await getSite(store, key);
      const body = bodyOf(new URL(request.url).searchParams);
      return partOf(app, request, () => previewOf(app, site, body, request.signal));
    })

    .get("/:id", async ({ request, user, params: { key, id } }) => {
      const report = await reportOf(request, key, id);
      const { site, funnel, by, link, address } = report;
      const others = address.more.filter(([name]) => name !== "by");
      const query = printAddress(address);
      return page(
        <FunnelPage
          site={site}
          funnel={funnel}
          bar={barOf(report)}
          by={by}
          link={link}
          linkBy={(name) => link({ more: name === undefined ? others : [...others, ["by", name]] })}
          dimensions={DIMENSIONS}
          drawingHref={`/admin/sites/${key}/funnels/${id}/drawing?${query}`}
          mayChange={mayActAs(user.role, "editor")}
          notice={noticeOf(request)}
        />,
      );
    })

    .get("/:id/drawing", ({ request, params: { key, id } }) =>
      partOf(app, request, async () => drawingOf(await drawn(request, key, id))),
    )

    .get("/:id/glance", ({ request, params: { key, id } }) =>
      partOf(app, request, async () => {
        const site = await getSite(store, key);
        const { steps, withinMs } = await getFunnel(store, site.id, rowId(id));
        const question = { ...lastMonth(app, site), steps, withinMs };
        return <FunnelGlance answer={await stats.funnel(question, request.signal)} />;
      }),
    )

    .get("/:id/steps.csv", async ({ request, params: { key, id } }) => {
      const { funnel, answer } = await drawn(request, key, id);
      const columns = ["step", "what", "visitors", "average seconds", "median seconds"];
      return new Response(csvText(columns, tableOf(funnel, answer)), {
        headers: csvHeaders(`funnel-${funnel.name}`),
      });
    })

    .get("/:id/steps.json", async ({ request, params: { key, id } }) => {
      const { funnel, answer, by } = await drawn(request, key, id);
      const { name, steps, withinMs } = funnel;
      const table = steps.map((step, index) => ({ ...step, ...answer.steps[index] }));
      return Response.json(
        { name, withinMs, steps: table, ...(by && { by, groups: answer.groups }) },
        { headers: { "cache-control": "no-store" } },
      );
    })

    .get("/:id/edit", async ({ params: { key, id } }) => {
      const site = await getSite(store, key);
      const funnel = await getFunnel(store, site.id, rowId(id));
      const { within, unit } = withinOf(funnel.withinMs);
      const form = { ...EMPTY, name: funnel.name, within: String(within), unit };
      return page(
        <FunnelFormPage
          {...formOf(site, form)}
          steps={funnel.steps}
          id={funnel.id}
          revision={funnel.revision}
        />,
      );
    })

    .post(
      "/",
      async ({ request, user, params: { key }, body }) =>
        saving(request, await getSite(store, key), body, user.id, undefined),
      FORM,
    )

    .post(
      "/:id",
      async ({ request, user, params: { key, id }, body }) =>
        saving(request, await getSite(store, key), body, user.id, rowId(id)),
      FORM,
    )

    .post("/:id/remove", async ({ request, user, params: { key, id } }) => {
      const site = await getSite(store, key);
      await write(async (tx) => {
        const funnel = await getFunnel(tx, site.id, rowId(id));
        await removeFunnel(tx, funnel, now());
        await note(tx, user.id, "removed funnel", `${funnel.name} of ${site.domain}`, now());
      });
      const subject = `${key}/funnels/${id}`;
      return redirect(request, `/admin/sites/${key}/funnels?notice=funnel-removed&of=${subject}`);
    })

    .post("/:id/restore", async ({ request, user, params: { key, id } }) => {
      const site = await getSite(store, key);
      await write(async (tx) => {
        await restoreFunnel(tx, site.id, rowId(id));
        const { name } = await getFunnel(tx, site.id, rowId(id));
        await note(tx, user.id, "restored funnel", `${name} of ${site.domain}`, now());
      });
      return redirect(request, `/admin/sites/${key}/funnels?notice=funnel-restored`);
    });
};

const EMPTY: Form = {
  name: "",
  kind: ["page", "event"],
  match: ["", ""],
  within: "7",
  unit: "days",
};

const listOf = (input: string | string[] | undefined): string[] =>
  input === undefined ? [] : typeof input === "string" ? [input] : input;

function stepsOf({ kind, match }: Pick<Form, "kind" | "match">): Match[] {
  const [kinds, matches] = [listOf(kind), listOf(match)];
  return kinds.map((each, index) => ({
    kind: each === "page" ? "page" : "event",
    match: matches[index] ?? "",
  }));
}

const bodyOf = (query: URLSearchParams): Form => ({
  name: query.get("name") ?? "",
  kind: query.getAll("kind").slice(0, MOST_STEPS),
  match: query.getAll("match").slice(0, MOST_STEPS),
  within: query.get("within") ?? "",
  unit: query.get("unit") ?? "",
  revision: Number(query.get("revision") ?? 1) || 1,
  ...(query.has("id") && { id: query.get("id")! }),
});

const formOf = (site: Site, body: Form): FunnelFormProps => ({
  site,
  id: body.id === undefined ? undefined : rowId(body.id),
  revision: body.revision ?? 1,
  name: body.name,
  steps: stepsOf(body),
  within: body.within,
  unit: body.unit,
  units: Object.keys(UNITS) as Unit[],
  fewest: FEWEST_STEPS,
  most: MOST_STEPS,
});

/** Does to a list of steps what a button of the form says: `add`, `up-2`, `down-0`, `remove-1`. */
function rearranged(steps: readonly Match[], act: string): Match[] {
  const [, verb, place] = /^(add|up|down|remove)(?:-(\d))?$/.exec(act) ?? [];
  const index = Number(place ?? -1);
  const list = [...steps];
  if (verb === "add" && list.length < MOST_STEPS) list.push({ kind: "event", match: "" });
  if (verb === "remove" && list.length > FEWEST_STEPS) list.splice(index, 1);
  const other = verb === "up" ? index - 1 : verb === "down" ? index + 1 : -1;
  if (list[index] && list[other]) [list[index], list[other]] = [list[other], list[index]];
  return list;
}

/** What an address asks a funnel to be broken down by; what is no dimension is left out. */
function breakdownOf({ address }: Report): Dimension | undefined {
  const by = address.more.find(([name]) => name === "by")?.[1];
  if (by === undefined) return undefined;
  if (Object.hasOwn(DIMENSIONS, by)) return by as Dimension;
  return by.startsWith(PROPERTY) && by.length > PROPERTY.length ? (by as Dimension) : undefined;
}

type Drawn = Report & {
  readonly funnel: SavedFunnel;
  readonly by: Dimension | undefined;
  readonly answer: FunnelAnswer;
};

function drawingOf({ funnel, by, answer, link, address, sitePath }: Drawn) {
  const base = `${sitePath}/funnels/${funnel.id}`;
  const query = printAddress(address);
  const others = address.more.filter(([name]) => name !== "by");
  return (
    <FunnelPart
      funnel={funnel}
      answer={answer}
      hrefOf={(step) => hrefOfMatch(sitePath, step, address)}
      downloads={{ csv: `${base}/steps.csv?${query}`, json: `${base}/steps.json?${query}` }}
      {...(by && {
        by: {
          label: dimensionLabel(DIMENSIONS, by),
          nameOf: (value: string) => valueText(by, value),
          hrefOf: (value: string) =>
            link({
              more: others,
              filters: [...address.filters, { dimension: by, operator: "is", values: [value] }],
            }),
        },
      })}
    />
  );
}

const seconds = (ms: number | null) => (ms === null ? null : Math.round(ms / 1000));

const tableOf = ({ steps }: SavedFunnel, answer: FunnelAnswer) =>
  answer.steps.map(({ visitors, averageMs, medianMs }, index) => [
    index + 1,
    matchSentence(steps[index]!),
    visitors,
    seconds(averageMs),
    seconds(medianMs),
  ]);

/** What a funnel would have counted in the last 30 days, as far as it is filled in. */
async function previewOf(app: App, site: Site, body: Form, signal: AbortSignal) {
  try {
    const shape = parseFunnelShape({ ...body, steps: stepsOf(body) });
    const answer = await app.stats.funnel({ ...lastMonth(app, site), ...shape }, signal);
    return <FunnelPreviewPart steps={shape.steps} answer={answer} />;
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== "invalid") throw error;
    const isUnfilled = stepsOf(body).some(({ match }) => match.trim() === "");
    const message = isUnfilled
      ? "Choose what the steps are, and it is drawn here."
      : `${error.message}.`;
    return <NoPreview message={message} />;
  }
}
