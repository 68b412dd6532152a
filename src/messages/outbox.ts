import { randomBytes } from "node:crypto";
import type { Connection } from "../store/connection.ts";
import type { MailLink } from "./mail.ts";

/** Something to be sent, with where it came from. */
export interface NewMessage {
  /** The same for every repeat of the same intention. */
  readonly key: string;
  readonly channel: "email" | "webhook";
  readonly runId: number | null;
  readonly flowId: number | null;
  readonly stepId: string | null;
  readonly contactId: number | null;
  readonly siteId: number | null;
  readonly recipient: string;
  readonly payload: unknown;
  readonly links?: readonly MailLink[];
}

/** A message that was taken for sending. */
export interface ClaimedMessage {
  readonly id: number;
  readonly key: string;
  readonly publicId: string;
  readonly channel: "email" | "webhook";
  readonly attempts: number;
  readonly runId: number | null;
  readonly contactId: number | null;
  readonly recipient: string;
  readonly payload: unknown;
}

/** Writes down what is to be sent. Written twice under one key, it is sent once. */
export function addMessage(connection: Connection, message: NewMessage, now: number): void {
  const { changes, lastInsertRowid } = connection
    .prepare(
      `insert or ignore into outbox (key, public_id, channel, state, next_at, run_id, flow_id, step_id,
         contact_id, site_id, recipient, payload, created_at)
       values (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run([
      message.key,
      // After a restore keys come again for other messages, and other installations have them too.
      `${message.key}.${randomBytes(9).toString("base64url")}`,
      message.channel,
      now,
      message.runId,
      message.flowId,
      message.stepId,
      message.contactId,
      message.siteId,
      message.recipient,
      JSON.stringify(message.payload),
      now,
    ]);
  if (changes === 0) return;
  for (const { token, kind, url } of message.links ?? []) {
    connection
      .prepare(
        `insert into links (token, kind, url, message_id, contact_id, created_at)
         values (?, ?, ?, ?, ?, ?)`,
      )
      .run([token, kind, url, Number(lastInsertRowid), message.contactId, now]);
  }
}

interface Row {
  readonly id: number;
  readonly key: string;
  readonly public_id: string;
  readonly channel: "email" | "webhook";
  readonly attempts: number;
  readonly run_id: number | null;
  readonly contact_id: number | null;
  readonly recipient: string;
  readonly payload: string;
}

/** Takes what is due on a channel, oldest first, and marks it as on its way. */
export function claimMessages(
  connection: Connection,
  channel: string,
  limit: number,
  now: number,
): ClaimedMessage[] {
  // A paused flow holds back what it has not sent yet.
  const rows = connection
    .prepare(
      `/* claimMessages */ select o.id, o.key, o.public_id, o.channel, o.attempts, o.run_id, o.contact_id,
         o.recipient, o.payload
       from outbox o left join flows f on f.id = o.flow_id
       where o.state = 'pending' and o.channel = ? and o.next_at <= ?
         and (f.id is null or f.state = 'active')
       order by o.next_at, o.id limit ?`,
    )
    .all([channel, now, limit]) as Row[];
  for (const { id } of rows) {
    connection
      .prepare("update outbox set state = 'sending', attempts = attempts + 1 where id = ?")
      .run([id]);
  }
  return rows.map((row) => ({
    id: row.id,
    key: row.key,
    publicId: row.public_id,
    channel: row.channel,
    attempts: row.attempts + 1,
    runId: row.run_id,
    contactId: row.contact_id,
    recipient: row.recipient,
    payload: JSON.parse(row.payload) as unknown,
  }));
}

/** What was on its way when the process ended goes again, under the same key. */
export function releaseClaimed(connection: Connection): number {
  const statement = connection.prepare(
    "update outbox set state = 'pending', attempts = attempts - 1 where state = 'sending'",
  );
  return statement.run().changes;
}

/** When the next message of a channel is due, if any waits. */
export function nextDueAt(connection: Connection, channel: string): number | undefined {
  // Not min(): joined, it would read all that waits, and it is asked after each message.
  const row = connection
    .prepare(
      `/* nextDueAt */ select o.next_at as at from outbox o left join flows f on f.id = o.flow_id
       where o.state = 'pending' and o.channel = ? and (f.id is null or f.state = 'active')
       order by o.next_at limit 1`,
    )
    .get([channel]) as { at: number } | undefined;
  return row?.at;
}

/** Writes down that a message arrived. */
export function markSent(
  connection: Connection,
  id: number,
  reference: string | undefined,
  now: number,
): void {
  connection
    .prepare(
      `update outbox set state = 'sent', settled_at = ?, reference = ?, error = null
       where id = ? and state = 'sending'`,
    )
    .run([now, reference ?? null, id]);
}

/** Lets a message wait for another try; one that could not go out uses up no attempt. */
export function markWaiting(
  connection: Connection,
  id: number,
  error: string,
  nextAt: number,
  countsAsAttempt: boolean,
): void {
  connection
    .prepare(
      `update outbox set state = 'pending', next_at = ?, error = ?, attempts = attempts - ?
       where id = ? and state = 'sending'`,
    )
    .run([nextAt, error, countsAsAttempt ? 0 : 1, id]);
}

/** Gives a message up; it can be replayed under the same key. */
export function markDead(connection: Connection, id: number, error: string, now: number): void {
  connection
    .prepare("update outbox set state = 'dead', settled_at = ?, error = ? where id = ?")
    .run([now, error, id]);
}

/** Gives up a message that must not go any more. */
export function cancelMessage(
  connection: Connection,
  id: number,
  reason: string,
  now: number,
): void {
  connection
    .prepare("update outbox set state = 'cancelled', settled_at = ?, error = ? where id = ?")
    .run([now, reason, id]);
}

/** Calls back what a run that ended has not sent yet; what is on its way may still arrive. */
export function cancelMessages(
  connection: Connection,
  runId: number,
  reason: string,
  now: number,
): void {
  connection
    .prepare(
      `update outbox set state = 'cancelled', settled_at = ?, error = ?
       where run_id = ? and state = 'pending'`,
    )
    .run([now, reason, runId]);
}
