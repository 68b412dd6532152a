import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { note } from "../../auth/queries.ts";
import { mayActAs } from "../../auth/user.ts";
import { stopRun } from "../../flows/enrol.ts";
import { parseFlow } from "../../flows/flow.ts";
import { getRun, listLedger } from "../../flows/queries.ts";
import { replay } from "../../flows/runner.ts";
import type { StartEvent } from "../../flows/steps/step.ts";
import { Refusal } from "../../lib/errors.ts";
import { listMessages } from "../../messages/queries.ts";
import { stepSentence } from "../../../views/flow.tsx";
import { RunPage } from "../../../views/run.tsx";
import { page, redirect } from "../page.ts";
import { rowId } from "../row-id.ts";
import { signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";
import { summaryOf } from "./contacts.tsx";
import { noticeOf } from "./notices.tsx";

/** `/admin/runs/:id` and `/admin/messages/:id`: one way through a flow, and what it sent. */
export const adminRuns = (app: App) => {
  const { store, write, now, acting } = app;
  return new Elysia()
    .use(signedIn(app))

    .get("/runs/:id", async ({ request, user, params: { id } }) => {
      const run = await getRun(store, rowId(id));
      const { steps } = parseFlow(JSON.parse(run.definition));
      const event = JSON.parse(run.event) as StartEvent;
      const entries = (await listLedger(store, run.id)).map((entry) => {
        const step = steps.find((each) => each.id === entry.stepId);
        return { ...entry, step: step ? stepSentence(step) : entry.stepId };
      });
      const messages = (await listMessages(store, { runId: run.id })).map((message) => ({
        ...message,
        summary: summaryOf(message),
      }));
      return page(
        <RunPage
          run={run}
          event={`${event.name} on ${event.page} ${JSON.stringify(event.properties)}`}
          entries={entries}
          messages={messages}
          zone={viewerZone(request)}
          mayChange={mayActAs(user.role, "editor")}
          notice={noticeOf(request)}
        />,
      );
    })

    .post("/runs/:id/stop", async ({ request, user, params }) => {
      const id = rowId(params.id);
      await write(async (tx, connection) => {
        stopRun(connection, id, `stopped by ${user.name}`, now());
        await note(tx, user.id, "stopped run", String(id), now());
      });
      return redirect(request, `/admin/runs/${id}?notice=saved`);
    })

    .post("/messages/:id/replay", async ({ request, user, params }) => {
      const id = rowId(params.id);
      const runId = await write(async (tx, connection) => {
        if (!replay(connection, id, now())) {
          throw new Refusal("missing", "There is no such message to try again");
        }
        await note(tx, user.id, "replayed message", String(id), now());
        const row = connection.prepare("select run_id from outbox where id = ?").get([id]) as {
          run_id: number | null;
        };
        return row.run_id;
      });
      acting.retry();
      return redirect(
        request,
        runId === null ? "/admin/flows" : `/admin/runs/${runId}?notice=replayed`,
      );
    });
};
