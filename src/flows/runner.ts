import { createWaker, type Waker } from "../lib/waker.ts";
import type { Connection } from "../store/connection.ts";
import type { Write } from "../store/writer.ts";
import { advanceDue, nextWakeAt, type AdvanceParts } from "./advance.ts";
import { addToLedger } from "./ledger.ts";

export interface RunnerParts extends AdvanceParts {
  readonly write: Write;
  readonly now: () => number;
  /** Called after a transaction in which messages were written. */
  readonly onMessages: () => void;
}

/** To be woken when a run began, a message was settled or a flow was resumed. */
export type Runner = Waker;

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
      const { sent, hasMore } = await write(
        (_, connection) => advanceDue(connection, parts, now()),
        "settle",
      );
      if (sent > 0) onMessages();
      if (!hasMore) return write((_, connection) => nextWakeAt(connection), "settle");
      // The store is synchronous: without this, ten thousand who wake at once would keep
      // every request waiting until the last of them has moved.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return createWaker({ turn, now, onError });
}

/**
 * Tries a dead message again under its key, and brings its run back to the step it failed at.
 *
 * @returns Whether there was such a message.
 */
export function replay(connection: Connection, messageId: number, now: number): boolean {
  const message = connection
    .prepare("select run_id, key, step_id, channel from outbox where id = ? and state = 'dead'")
    .get([messageId]) as
    { run_id: number | null; key: string; step_id: string; channel: string } | undefined;
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
    const step = { id: message.step_id, kind: message.channel };
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
