import { readContactFacts } from "../contacts/facts.ts";
import { addMessage, type ClaimedMessage } from "../messages/outbox.ts";
import type { Settled } from "../messages/sender.ts";
import type { Connection } from "../store/connection.ts";
import type { Write } from "../store/writer.ts";
import { createWaker, type Waker } from "../lib/waker.ts";
import { parseFlow, type FlowDefinition, type Step } from "./flow.ts";
import { addToLedger, countStep, endRun } from "./ledger.ts";
import { stepKind } from "./steps/kinds.ts";
import type { StartEvent, StepOutcome } from "./steps/step.ts";

export interface RunnerParts {
  readonly write: Write;
  readonly now: () => number;
  readonly baseUrl: string;
  /** Whether a host is one of the installation's sites. */
  readonly isOwnHost: (host: string) => boolean;
  readonly onError: (error: unknown) => void;
  /** Called after a turn in which messages were written. */
  readonly onMessages: () => void;
}

/** To be woken when a run began, a message was settled or a flow was resumed. */
export type Runner = Waker;

/** Runs advanced in one transaction: some milliseconds, so that ingest hardly notices. */
const AT_ONCE = 100;
/** Steps a run may take in one turn; a flow has no more, so this ends every loop. */
const MOST_STEPS = 60;
/** A run that trips over a bug is looked at again after this. */
const AGAIN_MS = 300_000;

/**
 * Moves runs along their flows: no polling, one timer for the next that is due.
 *
 * Times are absolute and kept in the database, so a restart loses none, and a clock that
 * jumps only makes something due a little sooner or later.
 */
export function createRunner(parts: RunnerParts): Runner {
  const { write, now, onError, onMessages } = parts;

  const turn = async () => {
    for (;;) {
      const { advanced, sent } = await write(
        (_, connection) => advanceDue(connection, parts, now()),
        "settle",
      );
      if (sent > 0) onMessages();
      if (advanced < AT_ONCE) break;
    }
    return write((_, connection) => nextWakeAt(connection), "settle");
  };

  return createWaker({ turn, now, onError });
}

interface RunRow {
  readonly id: number;
  readonly flow_id: number;
  readonly flow_name: string;
  readonly contact_id: number | null;
  readonly visitor_id: number | null;
  readonly site_id: number;
  readonly domain: string;
  readonly step_id: string;
  readonly seq: number;
  readonly entered_at: number;
  readonly event: string;
  readonly definition: string;
  readonly pending_contact_id: number | null;
}

function advanceDue(connection: Connection, parts: RunnerParts, now: number) {
  const rows = connection
    .prepare(
      `/* advanceDue */ select r.id, r.flow_id, f.name as flow_name, r.contact_id, r.visitor_id,
         r.site_id, s.domain, r.step_id, r.seq, r.entered_at, r.event, v.definition,
         w.pending_contact_id
       from runs r
       join flows f on f.id = r.flow_id
       join flow_versions v on v.id = r.version_id
       join sites s on s.id = r.site_id
       left join visitors w on w.id = r.visitor_id
       where r.state = 'active' and r.wake_at <= ? and f.state = 'active'
       order by r.wake_at limit ${AT_ONCE}`,
    )
    .all([now]) as RunRow[];
  let sent = 0;
  for (const row of rows) {
    connection.database.exec("savepoint run");
    try {
      sent += advance(connection, parts, row, now);
    } catch (error) {
      // Nothing of this run is kept, and its neighbours go on.
      connection.database.exec("rollback to run");
      connection
        .prepare("update runs set wake_at = ?, reason = ? where id = ?")
        .run([now + AGAIN_MS, "something went wrong here; tried again soon", row.id]);
      parts.onError(error);
    }
    connection.database.exec("release run");
  }
  return { advanced: rows.length, sent };
}

function nextWakeAt(connection: Connection): number | undefined {
  const row = connection
    .prepare(
      `select min(r.wake_at) as at from runs r join flows f on f.id = r.flow_id
       where r.state = 'active' and r.wake_at is not null and f.state = 'active'`,
    )
    .get() as { at: number | null };
  return row.at ?? undefined;
}

/** Takes a run as far as it goes. @returns How many messages it wants sent. */
function advance(connection: Connection, parts: RunnerParts, row: RunRow, now: number): number {
  const flow = parseFlow(JSON.parse(row.definition));
  const contact =
    row.contact_id === null ? undefined : readContactFacts(connection, row.contact_id);
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
      event: JSON.parse(row.event) as StartEvent,
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
      connection.prepare("update runs set wake_at = ? where id = ?").run([outcome.until, row.id]);
      addToLedger(connection, {
        ...entry,
        outcome: "waiting",
        detail: new Date(outcome.until).toISOString(),
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
      connection.prepare("update runs set wake_at = null where id = ?").run([row.id]);
      addToLedger(connection, { ...entry, outcome: "sending" });
      return "sent";
    case "skip":
    case "done":
      return leave(connection, row.id, row.flow_id, flow, step, seq, outcome, now);
  }
}

/** Goes on to the next step, or to the end. */
function leave(
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
      .prepare("update runs set state = 'done', wake_at = null, ended_at = ? where id = ?")
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

/**
 * Lets a run go on when its message was settled, in the transaction that settles it.
 *
 * A message of an earlier step, or of a run that has ended meanwhile, changes nothing.
 */
export function settleRun(
  connection: Connection,
  message: ClaimedMessage,
  settled: Settled,
  now: number,
): void {
  if (message.runId === null) return;
  const row = connection
    .prepare(
      `select r.flow_id, r.step_id, r.seq, v.definition from runs r
       join flow_versions v on v.id = r.version_id
       where r.id = ? and r.state = 'active'`,
    )
    .get([message.runId]) as
    { flow_id: number; step_id: string; seq: number; definition: string } | undefined;
  if (!row || message.key !== `${message.runId}.${row.seq}`) return;
  if (settled.outcome === "dead") {
    endRun(connection, message.runId, "failed", settled.reason, now);
    return;
  }
  const flow = parseFlow(JSON.parse(row.definition));
  const step = flow.steps.find(({ id }) => id === row.step_id);
  if (!step) return;
  const outcome =
    settled.outcome === "sent"
      ? ({ outcome: "done" } as const)
      : ({ outcome: "skip", reason: settled.reason } as const);
  leave(connection, message.runId, row.flow_id, flow, step, row.seq, outcome, now);
}

/**
 * Tries a dead message again under its key, and brings its run back to the step it failed at.
 *
 * @returns Whether there was such a message.
 */
export function replay(connection: Connection, messageId: number, now: number): boolean {
  const message = connection
    .prepare("select run_id, key, step_id from outbox where id = ? and state = 'dead'")
    .get([messageId]) as { run_id: number | null; key: string; step_id: string } | undefined;
  if (!message) return false;
  connection
    .prepare(
      `update outbox set state = 'pending', attempts = 0, next_at = ?, settled_at = null
       where id = ?`,
    )
    .run([now, messageId]);
  if (message.run_id === null) return true;
  const { changes } = connection
    .prepare(
      `update runs set state = 'active', reason = null, ended_at = null, wake_at = null
       where id = ? and state = 'failed' and id || '.' || seq = ?`,
    )
    .run([message.run_id, message.key]);
  if (changes === 1) {
    const seq = Number(message.key.split(".")[1]);
    const step = { id: message.step_id, kind: "?" };
    addToLedger(connection, { runId: message.run_id, seq, step, outcome: "retried", at: now });
    connection
      .prepare(
        `update step_counts set count = count - 1 where outcome = 'failed' and step_id = ?
           and flow_id = (select flow_id from runs where id = ?)`,
      )
      .run([message.step_id, message.run_id]);
  }
  return true;
}
