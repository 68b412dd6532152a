import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import type { Step } from "../../flows/flow.ts";
import { getFlow, listRuns, listVersions, type RunState } from "../../flows/queries.ts";
import { stepSentence } from "../../../views/flow.tsx";
import { PeoplePage } from "../../../views/people.tsx";
import { page } from "../page.ts";
import { rowId } from "../row-id.ts";
import { signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";

const PEOPLE = 100;
const STATES = ["active", "held", "done", "stopped", "failed"] as const;

/** `/admin/flows/:id/people`: who is in a flow, or at one of its steps. */
export const adminPeople = (app: App) => {
  const { store } = app;
  return new Elysia({ prefix: "/flows" })
    .use(signedIn(app))

    .get("/:id/people", async ({ request, params: { id }, query }) => {
      const flow = await getFlow(store, rowId(id));
      const state = STATES.find((known): known is RunState => known === query.state);
      const runs = await listRuns(store, {
        flowId: flow.id,
        stepId: query.step || undefined,
        state,
        before: query.before ? rowId(query.before) : undefined,
        limit: PEOPLE + 1,
      });
      const shown = runs.slice(0, PEOPLE);
      // Each run is on a version of its own, whose steps may read differently, or be gone since.
      const versions = new Map(
        (await listVersions(store, flow.id)).map(({ id: version, definition }) => [
          version,
          definition.steps,
        ]),
      );
      const sentenceIn = (steps: readonly Step[] | undefined, stepId: string) => {
        const step = steps?.find((each) => each.id === stepId);
        return step && stepSentence(step);
      };
      const nameOf = (stepId: string) =>
        [flow.draft.steps, ...[...versions.values()].toReversed()]
          .map((steps) => sentenceIn(steps, stepId))
          .find((sentence) => sentence !== undefined) ?? "A step that is gone";
      return page(
        <PeoplePage
          flow={flow}
          rows={shown.map((run) => ({
            ...run,
            step: sentenceIn(versions.get(run.versionId), run.stepId) ?? nameOf(run.stepId),
          }))}
          isPaused={flow.state === "paused"}
          state={state}
          step={query.step ? { id: query.step, sentence: nameOf(query.step) } : undefined}
          nextBefore={runs.length > PEOPLE ? shown.at(-1)?.id : undefined}
          zone={viewerZone(request)}
        />,
      );
    });
};
