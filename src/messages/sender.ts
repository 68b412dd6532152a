import type { Channel, Sent } from "../channels/channel.ts";
import { suppressionOf } from "../contacts/facts.ts";
import { createWaker } from "../lib/waker.ts";
import type { Connection } from "../store/connection.ts";
import type { Write } from "../store/writer.ts";
import {
  claimMessages,
  markDead,
  markSent,
  markWaiting,
  nextDueAt,
  releaseClaimed,
  type ClaimedMessage,
} from "./outbox.ts";

/** What became of a message for good, told to whoever wanted it sent. */
export type Settled =
  | { readonly outcome: "sent" }
  | { readonly outcome: "dead"; readonly reason: string }
  | { readonly outcome: "skipped"; readonly reason: string };

export interface SenderParts {
  readonly write: Write;
  readonly channels: readonly Channel[];
  readonly now: () => number;
  /** Called in the transaction that settles a message. */
  readonly onSettled: (
    connection: Connection,
    message: ClaimedMessage,
    settled: Settled,
    now: number,
  ) => void;
  readonly onError: (error: unknown) => void;
}

export interface Sender {
  /** Takes up what was on its way when the process ended, and begins. */
  start(): Promise<void>;
  /** Something may be due. */
  wake(): void;
  /** Sends all that is due now and waits for it; for tests and for stopping. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

/** Pauses after each failed try; then the message is dead, after about 18 hours. */
export const RETRY_MS = [30_000, 120_000, 600_000, 3_600_000, 14_400_000, 43_200_000];
const UNAVAILABLE_MS = 60_000;
const SETTLE_AGAIN_MS = 5000;

/**
 * Sends what is in the outbox: claimed in a transaction, sent outside of any, settled in another.
 *
 * A crash between sending and settling repeats a message under its key: at least once, and no
 * more is claimed. Before a message leaves, it is looked at once more whether it still may.
 */
export function createSender(parts: SenderParts): Sender {
  const { write, channels, now, onSettled, onError } = parts;
  const busy = new Map<string, number>();
  const onTheWay = new Set<Promise<void>>();
  let stopped = false;

  /** What was sent must be written down, or it is sent again: tried until the disk takes it. */
  const settle = async (message: ClaimedMessage, sent: Sent) => {
    for (;;) {
      try {
        await write(
          (_, connection) => settleMessage(connection, message, sent, now(), onSettled),
          "settle",
        );
        return;
      } catch (error) {
        onError(error);
        if (stopped) return;
        await Bun.sleep(SETTLE_AGAIN_MS);
      }
    }
  };

  const send = async (channel: Channel, message: ClaimedMessage) => {
    let sent: Sent;
    try {
      sent = await channel.send(message);
    } catch (error) {
      onError(error);
      sent = { outcome: "retry", reason: "Something went wrong here; the log has the details" };
    }
    await settle(message, sent);
  };

  const freeOf = ({ name, atOnce }: Channel) => atOnce - (busy.get(name) ?? 0);

  const turn = async () => {
    for (const channel of channels) {
      const free = freeOf(channel);
      if (free <= 0) continue;
      const claimed = await write(
        (_, connection) => claimSendable(connection, channel.name, free, now(), onSettled),
        "settle",
      );
      for (const message of claimed) {
        busy.set(channel.name, (busy.get(channel.name) ?? 0) + 1);
        const going: Promise<void> = send(channel, message).finally(() => {
          busy.set(channel.name, busy.get(channel.name)! - 1);
          onTheWay.delete(going);
          waker.wake();
        });
        onTheWay.add(going);
      }
    }
    // A full channel is woken by what comes back; the others by the next message that is due.
    const open = channels.filter((channel) => freeOf(channel) > 0).map(({ name }) => name);
    return write((_, connection) => nextDueAt(connection, open), "settle");
  };

  const waker = createWaker({ turn, now, onError });
  return {
    async start() {
      await write((_, connection) => releaseClaimed(connection), "settle");
      waker.start();
    },
    wake: waker.wake,
    async tick() {
      const names = channels.map(({ name }) => name);
      const isDue = (connection: Connection) => (nextDueAt(connection, names) ?? Infinity) <= now();
      do {
        await waker.turn();
        await Promise.all(onTheWay);
      } while (await write((_, connection) => isDue(connection), "settle"));
    },
    async stop() {
      stopped = true;
      await waker.stop();
      await Promise.all(onTheWay);
      for (const channel of channels) channel.stop();
    },
  };
}

/** Claims what is due, and settles at once what may no longer be sent. */
function claimSendable(
  connection: Connection,
  channel: string,
  limit: number,
  now: number,
  onSettled: SenderParts["onSettled"],
): ClaimedMessage[] {
  return claimMessages(connection, channel, limit, now).filter((message) => {
    const reason = suppressionOf(connection, message.channel, message.recipient);
    if (reason === undefined) return true;
    connection
      .prepare("update outbox set state = 'cancelled', settled_at = ?, error = ? where id = ?")
      .run([now, reason, message.id]);
    onSettled(connection, message, { outcome: "skipped", reason }, now);
    return false;
  });
}

function settleMessage(
  connection: Connection,
  message: ClaimedMessage,
  sent: Sent,
  now: number,
  onSettled: SenderParts["onSettled"],
): void {
  if (sent.outcome === "sent") {
    markSent(connection, message.id, sent.reference, now);
    onSettled(connection, message, { outcome: "sent" }, now);
    return;
  }
  if (sent.outcome === "unavailable") {
    markWaiting(connection, message.id, sent.reason, now + UNAVAILABLE_MS, false);
    return;
  }
  const pauseMs = RETRY_MS[message.attempts - 1];
  if (sent.outcome === "retry" && pauseMs !== undefined) {
    // Spread, so that what failed together does not come back together.
    const spreadMs = Math.round(pauseMs * (0.9 + Math.random() * 0.2));
    markWaiting(connection, message.id, sent.reason, now + (sent.retryAfterMs ?? spreadMs), true);
    return;
  }
  markDead(connection, message.id, sent.reason, now);
  onSettled(connection, message, { outcome: "dead", reason: sent.reason }, now);
}
