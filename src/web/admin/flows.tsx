import { randomBytes } from "node:crypto";
import { Elysia, t } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { mayActAs, parseName, type User } from "../../auth/user.ts";
import { PAGE_VIEW } from "../../events/event.ts";
import {
  FILTER_OPERATORS,
  parseFlow,
  problemsOf,
  type FlowDefinition,
  type FlowFacts,
} from "../../flows/flow.ts";
import {
  addFlow,
  countRuns,
  countSteps,
  getFlow,
  listFlows,
  listRemovedFlows,
  publishFlow,
  removeFlow,
  restoreFlow,
  saveDraft,
  setFlowState,
  type Flow,
} from "../../flows/queries.ts";
import { STEP_KINDS, stepKind } from "../../flows/steps/kinds.ts";
import { Refusal } from "../../lib/errors.ts";
import { listStuckMessages } from "../../messages/queries.ts";
import { FlowPage } from "../../../views/flow.tsx";
import { FlowsPage } from "../../../views/flows.tsx";
import { page, redirect } from "../page.ts";
import { rowId } from "../row-id.ts";
import { signedIn } from "../signed-in.ts";
import { settingsOf, triggerOf } from "./flow-input.ts";
import { noticeOf } from "./notices.tsx";

const text = t.String({ maxLength: 2000 });
const revision = t.Numeric();

/** `/admin/flows`: flows and their editor. */
export const adminFlows = (app: App) => {
  const { store, write, now, sites, acting } = app;

  const factsOf = (flow: FlowDefinition): FlowFacts => {
    const site = sites.findById(flow.trigger.siteId);
    return {
      hasMailServer: app.mailAccount.current() !== undefined,
      allowNetworks: app.config.allowNetworks,
      events: new Set(site ? [PAGE_VIEW, ...site.definitions.keys()] : []),
    };
  };

  const screen = async (
    request: Request,
    user: User,
    flow: Flow,
    more: Partial<Parameters<typeof FlowPage>[0]> = {},
  ) => {
    const all = [...sites.all()];
    const open = new URL(request.url).searchParams.get("step") ?? "trigger";
    return page(
      <FlowPage
        flow={flow}
        figures={await countRuns(store, flow.id)}
        steps={await countSteps(store, flow.id)}
        problems={problemsOf(flow.draft, factsOf(flow.draft))}
        open={open}
        siteDomain={sites.findById(flow.draft.trigger.siteId)?.domain}
        choices={{
          sites: all,
          events: new Map(all.map((site) => [site.id, [...site.definitions.keys(), PAGE_VIEW]])),
          operators: FILTER_OPERATORS,
        }}
        kinds={STEP_KINDS}
        showProblems={false}
        webhookSecret={mayActAs(user.role, "editor") ? app.webhookSecret : ""}
        stuck={await listStuckMessages(store, flow.id)}
        notice={noticeOf(request)}
        {...more}
      />,
      more.error === undefined && !more.showProblems ? 200 : 422,
    );
  };

  /** Saves a changed draft; a refused form comes back with what was entered. */
  const change = async (
    request: Request,
    user: User,
    id: number,
    seen: number,
    open: string,
    act: (flow: Flow) => { draft: FlowDefinition; name?: string; open?: string },
    refused: Partial<Parameters<typeof FlowPage>[0]> = {},
  ) => {
    const flow = await getFlow(store, id);
    let next = open;
    try {
      const changed = act(flow);
      next = changed.open ?? open;
      const draft = parseFlow(JSON.parse(JSON.stringify(changed.draft)));
      await write((tx) =>
        saveDraft(tx, id, { draft, ...(changed.name && { name: changed.name }) }, seen, now()),
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const isStale = error.kind === "conflict";
      return screen(request, user, isStale ? await getFlow(store, id) : flow, {
        open,
        error: error.message,
        ...refused,
      });
    }
    return redirect(request, `/admin/flows/${id}?step=${next}&notice=draft-saved`);
  };

  return (
    new Elysia({ prefix: "/flows" })
      .use(signedIn(app))

      .get("/", async ({ request }) => {
        const rows = (await listFlows(store)).map((row) => ({
          ...row,
          // Its event was renamed or removed, or its site.
          startsNobody:
            row.state === "active" &&
            row.trigger.event !== PAGE_VIEW &&
            !sites.findById(row.trigger.siteId)?.definitions.has(row.trigger.event),
          startsOn:
            row.trigger.event === ""
              ? "Nothing starts it yet"
              : `On ${row.trigger.event} of ${sites.findById(row.trigger.siteId)?.domain ?? "a removed site"}`,
        }));
        const removed = await listRemovedFlows(store);
        return page(<FlowsPage rows={rows} removed={removed} notice={noticeOf(request)} />);
      })

      .post(
        "/",
        async ({ request, user, body }) => {
          const name = parseName(body.name);
          const id = await write(async (tx) => {
            await note(tx, user.id, "added flow", name, now());
            return addFlow(tx, name, now());
          });
          return redirect(request, `/admin/flows/${id}?step=trigger`);
        },
        { body: t.Object({ name: text }) },
      )

      .get("/:id", async ({ request, user, params: { id } }) =>
        screen(request, user, await getFlow(store, rowId(id))),
      )

      // What a refused form leaves in the address.
      .get("/:id/trigger", ({ request, params: { id } }) =>
        redirect(request, `/admin/flows/${rowId(id)}?step=trigger#side`),
      )
      .get("/:id/steps/:step", ({ request, params: { id, step } }) =>
        redirect(request, `/admin/flows/${rowId(id)}?step=${encodeURIComponent(step)}#side`),
      )

      .post(
        "/:id/trigger",
        ({ request, user, params: { id }, body }) =>
          change(
            request,
            user,
            rowId(id),
            body.revision,
            "trigger",
            (flow) => ({
              draft: { ...flow.draft, ...triggerOf(body) },
              name: parseName(body.name),
            }),
            { typed: { name: body.name, ...triggerOf(body) } },
          ),
        {
          body: t.Object({
            revision,
            name: text,
            event: t.Optional(text),
            property: text,
            operator: text,
            value: text,
            again: text,
            days: t.Optional(text),
            stop: text,
          }),
        },
      )

      .post(
        "/:id/steps",
        ({ request, user, params: { id }, body }) =>
          change(request, user, rowId(id), body.revision, "trigger", ({ draft }) => {
            const kind = stepKind(body.kind);
            const step = { id: newStepId(), kind: kind.name, settings: kind.fresh };
            const steps = draft.steps.toSpliced(body.at, 0, step);
            return { draft: { ...draft, steps }, open: step.id };
          }),
        { body: t.Object({ revision, at: t.Numeric(), kind: text }) },
      )

      .post(
        "/:id/steps/:step",
        ({ request, user, params: { id, step }, body }) => {
          const settings = settingsOf(body);
          return change(
            request,
            user,
            rowId(id),
            body.revision,
            step,
            ({ draft }) => ({
              draft: {
                ...draft,
                steps: draft.steps.map((each) => (each.id === step ? { ...each, settings } : each)),
              },
            }),
            { refusedSettings: settings },
          );
        },
        {
          body: t.Object({
            revision,
            amount: t.Optional(text),
            unit: t.Optional(text),
            subject: t.Optional(text),
            text: t.Optional(t.String({ maxLength: 60_000 })),
            url: t.Optional(text),
          }),
        },
      )

      .post(
        "/:id/steps/:step/move",
        ({ request, user, params: { id, step }, body }) =>
          change(request, user, rowId(id), body.revision, step, ({ draft }) => {
            const index = draft.steps.findIndex((each) => each.id === step);
            const moved = draft.steps[index];
            if (!moved) throw new Refusal("missing", "There is no such step");
            const without = draft.steps.toSpliced(index, 1);
            if (body.do === "remove")
              return { draft: { ...draft, steps: without }, open: "trigger" };
            const to = Math.max(0, Math.min(without.length, index + (body.do === "up" ? -1 : 1)));
            return { draft: { ...draft, steps: without.toSpliced(to, 0, moved) } };
          }),
        { body: t.Object({ revision, do: text }) },
      )

      .post(
        "/:id/publish",
        async ({ request, user, params: { id }, body }) => {
          const published = await write(async (tx) => {
            const flow = await getFlow(tx, rowId(id));
            const isSeen = flow.revision === body.revision;
            if (!isSeen || problemsOf(flow.draft, factsOf(flow.draft)).length > 0) return undefined;
            await publishFlow(tx, flow, user.id, now());
            await note(tx, user.id, "published flow", flow.name, now());
            return flow;
          });
          if (!published) {
            const flow = await getFlow(store, rowId(id));
            const error =
              flow.revision === body.revision
                ? undefined
                : "Somebody else changed this flow meanwhile. Look at what it does now, then publish";
            return screen(request, user, flow, { showProblems: true, error });
          }
          await acting.reload();
          return redirect(request, `/admin/flows/${id}?notice=published`);
        },
        { body: t.Object({ revision }) },
      )

      .post("/:id/:action", async ({ request, user, params: { id, action } }) => {
        const flowId = rowId(id);
        await write(async (tx) => {
          if (action === "restore") return restoreFlow(tx, flowId);
          const { name } = await getFlow(tx, flowId);
          await note(tx, user.id, `${action} flow`, name, now());
          if (action === "pause") return setFlowState(tx, flowId, "paused");
          if (action === "resume") return setFlowState(tx, flowId, "active");
          if (action === "remove") return removeFlow(tx, flowId, now());
          throw new Refusal("missing", "There is no such action");
        });
        await acting.reload();
        acting.retry();
        if (action === "remove")
          return redirect(request, `/admin/flows?notice=flow-removed&of=${id}`);
        const notice =
          { pause: "paused", resume: "resumed", restore: "flow-restored" }[action] ?? "saved";
        return redirect(request, `/admin/flows/${id}?notice=${notice}`);
      })
  );
};

/** Letters and digits that never change while the step is moved about. */
const newStepId = () => randomBytes(4).toString("hex");
