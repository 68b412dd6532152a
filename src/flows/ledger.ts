import type { Connection } from "../store/connection.ts";

export interface LedgerEntry {
  readonly runId: number;
  readonly seq: number;
  readonly step: { readonly id: string; readonly kind: string };
  readonly outcome:
    | "entered"
    | "waiting"
    | "sending"
    | "done"
    | "skipped"
    | "held"
    | "stopped"
    | "failed"
    | "retried";
  readonly at: number;
  readonly detail?: string;
}

/** What can happen again at the same step, and then counts again: a failure, and its repair. */
const REPEATABLE = new Set<LedgerEntry["outcome"]>(["failed", "retried"]);

/** Writes down what happened at a step; once, however often it is looked at. */
export function addToLedger(
  connection: Connection,
  { runId, seq, step, outcome, at, detail }: LedgerEntry,
): void {
  const statement = connection.prepare(
    `insert or ignore into run_steps (run_id, seq, step_id, kind, outcome, at, detail)
     values (?, ?, ?, ?, ?, ?, ?)`,
  );
  // A second failure in the same millisecond is a failure too, and stands after the first.
  for (let moment = at; ; moment += 1) {
    const row = [runId, seq, step.id, step.kind, outcome, moment, detail ?? null];
    if (statement.run(row).changes === 1 || !REPEATABLE.has(outcome)) return;
  }
}

/** Counts an outcome of a step; the ledger has each, this has the sum. */
export function countStep(
  connection: Connection,
  flowId: number,
  stepId: string,
  outcome: "entered" | "done" | "skipped" | "stopped" | "failed",
): void {
  connection
    .prepare(
      `insert into step_counts (flow_id, step_id, outcome, count) values (?, ?, ?, 1)
       on conflict (flow_id, step_id, outcome) do update set count = count + 1`,
    )
    .run([flowId, stepId, outcome]);
}

/** Ends a run where it stands; a run that has ended already stays as it is. */
export function endRun(
  connection: Connection,
  runId: number,
  state: "stopped" | "failed",
  reason: string,
  now: number,
): void {
  const run = connection
    .prepare(
      `select r.flow_id, r.seq, r.step_id, v.definition from runs r
       join flow_versions v on v.id = r.version_id
       where r.id = ? and r.state in ('active', 'held')`,
    )
    .get([runId]) as
    { flow_id: number; seq: number; step_id: string; definition: string } | undefined;
  if (!run) return;
  const { steps } = JSON.parse(run.definition) as { steps: { id: string; kind: string }[] };
  const step = steps.find(({ id }) => id === run.step_id) ?? { id: run.step_id, kind: "?" };
  connection
    .prepare("update runs set state = ?, reason = ?, wake_at = null, ended_at = ? where id = ?")
    .run([state, reason, now, runId]);
  addToLedger(connection, { runId, seq: run.seq, step, outcome: state, at: now, detail: reason });
  countStep(connection, run.flow_id, step.id, state);
}
