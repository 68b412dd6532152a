import type { ClaimedMessage } from "../messages/outbox.ts";
import type { Settled } from "../messages/sender.ts";
import type { Connection } from "../store/connection.ts";
import { leave } from "./advance.ts";
import { endRun } from "./ledger.ts";
import type { Versions } from "./versions.ts";

/**
 * Lets a run go on when its message was settled, in the transaction that settles it.
 *
 * A message of an earlier step, or of a run that has ended meanwhile, changes nothing.
 */
export function settleRun(
  connection: Connection,
  versions: Versions,
  message: ClaimedMessage,
  settled: Settled,
  now: number,
): void {
  if (message.runId === null) return;
  const row = connection
    .prepare("select flow_id, version_id, step_id, seq from runs where id = ? and state = 'active'")
    .get([message.runId]) as
    { flow_id: number; version_id: number; step_id: string; seq: number } | undefined;
  if (!row || message.key !== `${message.runId}.${row.seq}`) return;
  if (settled.outcome === "dead") {
    endRun(connection, message.runId, "failed", settled.reason, now);
    return;
  }
  const flow = versions.get(connection, row.version_id);
  const step = flow.steps.find(({ id }) => id === row.step_id);
  if (!step) return;
  const outcome =
    settled.outcome === "sent"
      ? ({ outcome: "done" } as const)
      : ({ outcome: "skip", reason: settled.reason } as const);
  leave(connection, message.runId, row.flow_id, flow, step, row.seq, outcome, now);
}

/**
 * Why a message of a run must not leave after all, if so; asked in the transaction that takes it.
 *
 * A run may have been stopped while its message was on its way: a try that failed then has put
 * it back among what waits, and so has a restart. An address may have lost its confirmation.
 */
export function whyNotSend(connection: Connection, message: ClaimedMessage): string | undefined {
  if (message.runId === null) return undefined;
  const run = connection
    .prepare("select state, seq, reason from runs where id = ?")
    .get([message.runId]) as { state: string; seq: number; reason: string | null } | undefined;
  if (run?.state !== "active" || message.key !== `${message.runId}.${run.seq}`) {
    return run?.reason ?? "its run has ended";
  }
  if (message.channel !== "email") return undefined;
  const confirmed = connection
    .prepare(
      `select 1 from identities
       where kind = 'email' and value = ? and contact_id = ? and verified_at is not null`,
    )
    .get([message.recipient, message.contactId]);
  return confirmed ? undefined : "the address is no longer confirmed";
}
