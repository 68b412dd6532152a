import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { CONDITION_KINDS, type Condition } from "../../events/condition.ts";
import { parseDefinition, type Definition, type Trigger } from "../../events/definition.ts";
import {
  addDefinition,
  changeDefinition,
  getDefinition,
  listDefinitions,
  listRemovedDefinitions,
  listUndefinedEvents,
  pauseDefinition,
  removeDefinition,
  restoreDefinition,
} from "../../events/queries.ts";
import { listFlowsUsing } from "../../flows/queries.ts";
import { TRAFFIC_SOURCES } from "../../events/traffic-source.ts";
import { Refusal } from "../../lib/errors.ts";
import { getSite, listSites } from "../../sites/queries.ts";
import type { Site } from "../../sites/site.ts";
import {
  ConditionRow,
  EventForm,
  EventPage,
  type EventFormProps,
} from "../../../views/event-form.tsx";
import { AllEventsPage, EventsPage, type EventRow } from "../../../views/events.tsx";
import { fragment, page, redirect } from "../page.ts";
import { rowId } from "../row-id.ts";
import { signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";
import { latestItems } from "./feed-items.ts";
import { noticeOf } from "./notices.tsx";

const text = t.String({ maxLength: 2000 });
// A form sends one value as text and several as a list.
const several = t.Optional(t.Union([text, t.Array(text, { maxItems: 50 })]));
const FORM = {
  body: t.Object({
    name: text,
    trigger: text,
    revision: t.Optional(t.Numeric()),
    kind: several,
    operator: several,
    value: several,
  }),
};
type Form = {
  name: string;
  trigger: string;
  kind?: string | string[];
  operator?: string | string[];
  value?: string | string[];
};

const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
const LATEST = 20;
const MOST_EVENTS = 10_000;

/** `/admin/events` and `/admin/sites/:key/events`: definitions, and what nobody defined. */
export const adminEvents = (app: App) => {
  const { store, write, now, sites, stats } = app;

  const rowsOf = async (site: Site, definitions: readonly Definition[]): Promise<EventRow[]> => {
    const { rows } = await stats.figures({
      siteIds: [site.id],
      zone: "UTC",
      period: { from: now() - MONTH_MS, until: now() + 1 },
      metrics: ["visitors", "events"],
      by: ["event"],
      limit: MOST_EVENTS,
    });
    const counts = new Map(rows.map(({ keys, values }) => [keys[0]!, values]));
    return Promise.all(
      definitions.map(async (definition) => ({
        definition,
        count: counts.get(definition.name)?.[1] ?? 0,
        visitors: counts.get(definition.name)?.[0] ?? 0,
        flows: await listFlowsUsing(store, site.id, definition.name),
      })),
    );
  };

  const formProps = (request: Request, site: Site): EventFormProps => ({
    site,
    id: undefined,
    revision: 1,
    state: "active",
    name: "",
    trigger: "automatic",
    conditions: [],
    kinds: CONDITION_KINDS,
    sources: TRAFFIC_SOURCES,
    latest: [],
    zone: viewerZone(request),
    notice: noticeOf(request),
  });

  const refusedForm = async (
    request: Request,
    site: Site,
    body: Form & { revision?: number },
    id: number | undefined,
    refusal: Refusal,
  ) => {
    // Told once, a second saving means it.
    const current = id === undefined ? undefined : await getDefinition(store, site.id, id);
    const aboutName = /name|event "/i.test(refusal.message);
    return fragment(
      <EventForm
        {...formProps(request, site)}
        id={id}
        revision={current?.revision ?? 1}
        name={body.name}
        trigger={body.trigger === "manual" ? "manual" : "automatic"}
        conditions={conditionsOf(body)}
        {...(aboutName ? { nameError: refusal.message } : { error: refusal.message })}
      />,
      422,
    );
  };

  return new Elysia()
    .use(signedIn(app))

    .get("/events", async () => {
      const all = await listSites(store);
      const lists = await Promise.all(
        all.map(async (site) => rowsOf(site, await listDefinitions(store, site.id))),
      );
      return page(<AllEventsPage sites={all} rows={lists.flat()} />);
    })

    .get("/sites/:key/events", async ({ request, params: { key } }) => {
      const site = await getSite(store, key);
      return page(
        <EventsPage
          site={site}
          rows={await rowsOf(site, await listDefinitions(store, site.id))}
          undefinedRows={await listUndefinedEvents(store, site.id)}
          removed={await listRemovedDefinitions(store, site.id)}
          zone={viewerZone(request)}
          notice={noticeOf(request)}
        />,
      );
    })

    .get("/sites/:key/events/new", async ({ request, params: { key }, query }) => {
      const site = await getSite(store, key);
      const trigger: Trigger = query.trigger === "manual" ? "manual" : "automatic";
      const first = [{ kind: "url", operator: "contains", value: "" }];
      return page(
        <EventPage
          {...formProps(request, site)}
          trigger={trigger}
          conditions={trigger === "automatic" ? first : []}
        />,
      );
    })

    .get("/sites/:key/events/condition", ({ query }) => {
      const kind = CONDITION_KINDS.find((known) => known.kind === query.kind);
      if (!kind) throw new Refusal("invalid", "There is no such condition");
      const condition = {
        kind: kind.kind,
        operator: Object.keys(kind.operators)[0]!,
        value: { percent: "50", seconds: "30", sources: "email", text: "" }[kind.value],
      };
      return fragment(
        <ConditionRow condition={condition} kinds={CONDITION_KINDS} sources={TRAFFIC_SOURCES} />,
      );
    })

    .post(
      "/sites/:key/events",
      async ({ request, user, params: { key }, body }) => {
        const site = await getSite(store, key);
        try {
          const draft = parseDefinition({ ...body, conditions: conditionsOf(body) });
          const { id, trigger } = await write(async (tx) => {
            await note(tx, user.id, "added event", `${draft.name} of ${site.domain}`, now());
            return addDefinition(tx, site.id, draft, now());
          });
          await sites.reload();
          // By code, what comes next is to copy it.
          const next = trigger === "manual" ? `/${id}` : "";
          return redirect(request, `/admin/sites/${key}/events${next}?notice=event-saved`);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return refusedForm(request, site, body, undefined, error);
        }
      },
      FORM,
    )

    .post(
      "/sites/:key/events/adopt",
      async ({ request, user, params: { key }, body: { name } }) => {
        const site = await getSite(store, key);
        const draft = parseDefinition({ name, trigger: "manual", conditions: [] });
        await write(async (tx) => {
          await addDefinition(tx, site.id, draft, now());
          await note(tx, user.id, "defined event", `${name} of ${site.domain}`, now());
        });
        await sites.reload();
        return redirect(request, `/admin/sites/${key}/events?notice=adopted`);
      },
      { body: t.Object({ name: text }) },
    )

    .get("/sites/:key/events/:id", async ({ request, params: { key, id } }) => {
      const site = await getSite(store, key);
      const definition = await getDefinition(store, site.id, rowId(id));
      const { name } = definition;
      const latest = await latestItems(app, { siteId: site.id, name, limit: LATEST });
      const flows = await listFlowsUsing(store, site.id, name);
      return page(
        <EventPage {...formProps(request, site)} {...definition} latest={latest} flows={flows} />,
      );
    })

    .post(
      "/sites/:key/events/:id",
      async ({ request, user, params: { key, id }, body }) => {
        const site = await getSite(store, key);
        try {
          const draft = parseDefinition({ ...body, conditions: conditionsOf(body) });
          await write(async (tx) => {
            await changeDefinition(tx, site.id, rowId(id), draft, body.revision ?? 0, now());
            await note(tx, user.id, "changed event", `${draft.name} of ${site.domain}`, now());
          });
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return refusedForm(request, site, body, rowId(id), error);
        }
        await sites.reload();
        return redirect(request, `/admin/sites/${key}/events?notice=event-saved`);
      },
      FORM,
    )

    .post("/sites/:key/events/:id/:action", async ({ request, user, params }) => {
      const { key, action } = params;
      const id = rowId(params.id);
      const site = await getSite(store, key);
      await write(async (tx) => {
        if (action === "restore") return restoreDefinition(tx, site.id, id);
        const { name } = await getDefinition(tx, site.id, id);
        await note(tx, user.id, `${action} event`, `${name} of ${site.domain}`, now());
        if (action === "remove") return removeDefinition(tx, site.id, id, now());
        if (action === "pause" || action === "resume") {
          return pauseDefinition(tx, site.id, id, action === "pause");
        }
        throw new Refusal("missing", "There is no such action");
      });
      await sites.reload();
      const notice = {
        remove: `event-removed&of=${key}/events/${id}`,
        restore: "event-restored",
        pause: "paused",
        resume: "resumed",
      }[action];
      return redirect(request, `/admin/sites/${key}/events?notice=${notice}`);
    });
};

function conditionsOf({ kind, operator, value }: Form): Condition[] {
  const [kinds, operators, values] = [kind, operator, value].map(listOf);
  return kinds!.map((name, index) => ({
    kind: name,
    operator: operators![index] ?? "",
    value: values![index] ?? "",
  }));
}

const listOf = (input: string | string[] | undefined): string[] =>
  input === undefined ? [] : typeof input === "string" ? [input] : input;
