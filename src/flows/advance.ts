import { readContactFacts } from "../contacts/facts.ts";
import { addMessage } from "../messages/outbox.ts";
import type { Connection } from "../store/connection.ts";
import type { FlowDefinition, Step } from "./flow.ts";
import { addToLedger, countStep, endRun } from "./ledger.ts";
import { stepKind } from "./steps/kinds.ts";
import type { StartEvent, StepOutcome } from "./steps/step.ts";
import type { Versions } from "./versions.ts";

export interface AdvanceParts {
  readonly versions: Versions;
  readonly baseUrl: string;
  /** Whether a host is one of the installation's sites. */
  readonly isOwnHost: (host: string) => boolean;
  readonly onError: (error: unknown) => void;
}

/** Runs advanced in one transaction: some milliseconds, so that ingest hardly notices. */
const AT_ONCE = 100;
/** How long one transaction goes on taking up runs: a text with loops may take 50 ms to fill in. */
const TURN_MS = 20;
/** Steps a run may take in one turn; a flow has no more, so this ends every loop. */
const MOST_STEPS = 60;
/** A run that trips over a bug is looked at again after this. */
const AGAIN_MS = 300_000;

interface RunRow {
  readonly id: number;
  readonly flow_id: number;
  readonly flow_name: string;
  readonly version_id: number;
  readonly contact_id: number | null;
  readonly visitor_id: number | null;
  readonly site_id: number;
  readonly domain: string;
  readonly step_id: string;
  readonly seq: number;
  readonly entered_at: number;
  readonly event: string;
  readonly pending_contact_id: number | null;
}

/**
 * Advances the runs of active flows that are due, the longest overdue first.
 *
 * The due ones are looked up flow by flow, so that a paused flow with many people in it costs
 * the others nothing.
 *
 * @returns How many runs were advanced, how many messages they want sent, and whether more are due.
 */
export function advanceDue(connection: Connection, parts: AdvanceParts, now: number) {
  const due = listDue(connection, now);
  const begunAt = performance.now();
  let sent = 0;
  let advanced = 0;
  for (const { id } of due) {
    if (performance.now() - begunAt > TURN_MS) break;
    advanced += 1;
    connection.database.exec("savepoint run");
    try {
      sent += advance(connection, parts, readRun(connection, id), now);
    } catch (error) {
      // Nothing of this run is kept, and its neighbours go on.
      connection.database.exec("rollback to run");
      connection
        .prepare("update runs set wake_at = ?, reason = ? where id = ?")
        .run([now + AGAIN_MS, "something went wrong here; tried again soon", id]);
      parts.onError(error);
    }
    connection.database.exec("release run");
  }
  return { advanced, sent, hasMore: advanced < due.length || due.length === AT_ONCE };
}

interface Due {
  readonly id: number;
  readonly wake_at: number;
}

function listDue(connection: Connection, now: number): readonly Due[] {
  const flows = connection.prepare("select id from flows where state = 'active'").all() as {
    id: number;
  }[];
  const due = flows.flatMap(
    ({ id }) =>
      connection
        .prepare(
          `/* listDue */ select id, wake_at from runs
           where flow_id = ? and state = 'active' and wake_at <= ?
           order by wake_at limit ${AT_ONCE}`,
        )
        .all([id, now]) as Due[],
  );
  return due.sort((one, other) => one.wake_at - other.wake_at).slice(0, AT_ONCE);
}

function readRun(connection: Connection, id: number): RunRow {
  return connection
    .prepare(
      `/* readRun */ select r.id, r.flow_id, f.name as flow_name, r.version_id, r.contact_id,
         r.visitor_id, r.site_id, s.domain, r.step_id, r.seq, r.entered_at, r.event,
         iif(w.is_pending, w.contact_id, null) as pending_contact_id
       from runs r
       join flows f on f.id = r.flow_id
       join sites s on s.id = r.site_id
       left join ties w on w.visitor_id = r.visitor_id
       where r.id = ?`,
    )
    .get([id]) as RunRow;
}

/** When the next run of an active flow is due, if any waits. */
export function nextWakeAt(connection: Connection): number | undefined {
  const row = connection
    .prepare(
      `/* nextWakeAt */ select min(at) as at from (
         select (select wake_at from runs
           where flow_id = f.id and state = 'active' and wake_at is not null
           order by wake_at limit 1) as at
         from flows f where f.state = 'active')`,
    )
    .get() as { at: number | null };
  return row.at ?? undefined;
}

/** Takes a run as far as it goes. @returns How many messages it wants sent. */
function advance(connection: Connection, parts: AdvanceParts, row: RunRow, now: number): number {
  const flow = parts.versions.get(connection, row.version_id);
  const contact =
    row.contact_id === null ? undefined : readContactFacts(connection, row.contact_id, row.site_id);
  const event = JSON.parse(row.event) as StartEvent;
  let place = { stepId: row.step_id, seq: row.seq, enteredAt: row.entered_at };

  for (let taken = 0; taken < MOST_STEPS; taken += 1) {
    const step = flow.steps.find(({ id }) => id === place.stepId);
    if (!step) throw new Error(`Run ${row.id} stands on a step its version does not have`);
    const outcome = stepKind(step.kind).run(step.settings, {
      connection,
      run: {
        id: row.id,
        flowId: row.flow_id,
        flowName: row.flow_name,
        stepId: step.id,
        seq: place.seq,
        enteredAt: place.enteredAt,
        visitorId: row.visitor_id,
      },
      contact,
      tieIsPending: row.pending_contact_id !== null,
      event,
      site: { id: row.site_id, domain: row.domain },
      isOwnHost: parts.isOwnHost,
      baseUrl: parts.baseUrl,
      now,
    });
    const moved = apply(connection, row, flow, step, place, outcome, now);
    if (moved === "sent") return 1;
    if (moved === undefined) return 0;
    place = moved;
  }
  endRun(connection, row.id, "failed", `took more than ${MOST_STEPS} steps at once`, now);
  return 0;
}

interface Place {
  readonly stepId: string;
  readonly seq: number;
  readonly enteredAt: number;
}

/** Writes down what came of a step. @returns Where the run stands now, if it goes on at once. */
function apply(
  connection: Connection,
  row: RunRow,
  flow: FlowDefinition,
  step: Step,
  { seq }: Place,
  outcome: StepOutcome,
  now: number,
): Place | "sent" | undefined {
  const entry = { runId: row.id, seq, step, at: now };
  switch (outcome.outcome) {
    case "wait":
      connection
        .prepare("update runs set wake_at = ?, reason = ? where id = ?")
        .run([outcome.until, outcome.reason ?? null, row.id]);
      addToLedger(connection, {
        ...entry,
        outcome: "waiting",
        detail: outcome.reason ?? new Date(outcome.until).toISOString(),
      });
      return undefined;
    case "hold":
      connection
        .prepare("update runs set state = 'held', wake_at = null, reason = ? where id = ?")
        .run([outcome.reason, row.id]);
      addToLedger(connection, { ...entry, outcome: "held", detail: outcome.reason });
      return undefined;
    case "fail":
      endRun(connection, row.id, "failed", outcome.reason, now);
      return undefined;
    case "send":
      addMessage(
        connection,
        {
          ...outcome.message,
          key: `${row.id}.${seq}`,
          runId: row.id,
          flowId: row.flow_id,
          stepId: step.id,
          contactId: row.contact_id,
          siteId: row.site_id,
        },
        now,
      );
      connection
        .prepare("update runs set wake_at = null, reason = null where id = ?")
        .run([row.id]);
      addToLedger(connection, { ...entry, outcome: "sending" });
      return "sent";
    case "skip":
    case "done":
      return leave(connection, row.id, row.flow_id, flow, step, seq, outcome, now);
  }
}

/** Goes on to the next step, or to the end. */
export function leave(
  connection: Connection,
  runId: number,
  flowId: number,
  flow: FlowDefinition,
  step: Step,
  seq: number,
  outcome: { readonly outcome: "done" | "skip"; readonly reason?: string },
  now: number,
): Place | undefined {
  const word = outcome.outcome === "skip" ? "skipped" : "done";
  addToLedger(connection, {
    runId,
    seq,
    step,
    outcome: word,
    at: now,
    ...(outcome.reason !== undefined && { detail: outcome.reason }),
  });
  countStep(connection, flowId, step.id, word);
  const next = flow.steps[flow.steps.indexOf(step) + 1];
  if (!next) {
    connection
      .prepare(
        "update runs set state = 'done', wake_at = null, reason = null, ended_at = ? where id = ?",
      )
      .run([now, runId]);
    return undefined;
  }
  connection
    .prepare(
      "update runs set step_id = ?, seq = ?, entered_at = ?, wake_at = ?, reason = null where id = ?",
    )
    .run([next.id, seq + 1, now, now, runId]);
  addToLedger(connection, { runId, seq: seq + 1, step: next, outcome: "entered", at: now });
  countStep(connection, flowId, next.id, "entered");
  return { stepId: next.id, seq: seq + 1, enteredAt: now };
}
