import type { Channel, Sent } from "../channels/channel.ts";
import { suppressionOf } from "../contacts/facts.ts";
import { Refusal } from "../lib/errors.ts";
import { createWaker } from "../lib/waker.ts";
import type { Connection } from "../store/connection.ts";
import type { Write } from "../store/writer.ts";
import {
  cancelMessage,
  claimMessages,
  markDead,
  markSent,
  markWaiting,
  nextDueAt,
  releaseClaimed,
  type ClaimedMessage,
} from "./outbox.ts";
import { createWayOut, type WayOut } from "./way-out.ts";

/** What became of a message for good, told to whoever wanted it sent. */
export type Settled =
  | { readonly outcome: "sent" }
  | { readonly outcome: "dead"; readonly reason: string }
  | { readonly outcome: "skipped"; readonly reason: string };

export interface SenderParts {
  readonly write: Write;
  readonly channels: readonly Channel[];
  readonly now: () => number;
  /** A last look before a message leaves. @returns Why it must not, if so. */
  readonly whyNot: (connection: Connection, message: ClaimedMessage) => string | undefined;
  /** Called in the transaction that settles a message. */
  readonly onSettled: (
    connection: Connection,
    message: ClaimedMessage,
    settled: Settled,
    now: number,
  ) => void;
  readonly onError: (error: unknown) => void;
  /** For operators: what changed for better or worse; never whom a message is for. */
  readonly onNotice: (notice: string) => void;
  /** For one try, whatever the channel's own limits are. */
  readonly limitMs?: number;
}

export interface Sender {
  /** Takes up what was on its way when the process ended, and begins. */
  start(): Promise<void>;
  /** Something may be due. */
  wake(): void;
  /** Somebody changed something: a way out that was down is tried at once. */
  reopen(): void;
  /** Sends all that is due now and waits for it; for tests. */
  tick(): Promise<void>;
  /** Waits a little for what is on its way; what takes longer goes again after the next start. */
  stop(): Promise<void>;
}

/** Pauses after each failed try; then the message is dead, after about a day. */
export const RETRY_MS = [
  30_000, 120_000, 600_000, 3_600_000, 14_400_000, 28_800_000, 39_600_000,
] as const;
const LIMIT_MS = 120_000;
const FIRST_AGAIN_MS = 250;
const MOST_FAILURES = 5;
/** Less than the ten seconds after which containers are killed. */
const STOP_MS = 5000;

/**
 * Sends what is in the outbox: claimed in a transaction, sent outside of any, settled in another.
 *
 * A crash between sending and settling repeats a message under its key: at least once, and no
 * more is claimed. Before a message leaves, it is looked at once more whether it still may.
 */
export function createSender(parts: SenderParts): Sender {
  const { write, channels, now, onError, limitMs = LIMIT_MS } = parts;
  const lanes = channels.map((channel) => ({ channel, wayOut: createWayOut(), busy: 0 }));
  const onTheWay = new Set<Promise<void>>();
  let running = false;

  /** What was sent must be written down, or it is sent again: tried until the disk takes it. */
  const settle = async (message: ClaimedMessage, sent: Sent) => {
    for (let failures = 0; ; failures += 1) {
      try {
        await write((_, connection) => settleMessage(connection, parts, message, sent), "settle");
        return;
      } catch (error) {
        onError(error);
        if (!running) return;
        // The disk may have room again at any time; a bug of ours stays one.
        if (!(error instanceof Refusal) && failures >= MOST_FAILURES) return giveUp(message);
        await pause(FIRST_AGAIN_MS * 2 ** Math.min(failures, 6));
      }
    }
  };

  /** Lets go of a message that cannot be settled, so that it keeps no place for ever. */
  const giveUp = async (message: ClaimedMessage) => {
    const reason = "It went out, or did not; what came of it could not be written down";
    await write((_, connection) => markDead(connection, message.id, reason, now()), "settle").catch(
      onError,
    );
  };

  /** Tells an operator when a way out goes down and when it is back, and not each try between. */
  const noteWayOut = ({ channel, wayOut }: (typeof lanes)[number], sent: Sent) => {
    const wasDown = wayOut.isDown();
    // Told to come later, or no answer at all: that says neither.
    if (sent.outcome === "retry") return;
    if (sent.outcome !== "unavailable") {
      if (wasDown) parts.onNotice(`${channel.name}: messages go out again`);
      wayOut.open();
      return;
    }
    if (!wasDown) parts.onNotice(`${channel.name}: messages are held, ${sent.reason}`);
    wayOut.close(now());
  };

  const send = async (lane: (typeof lanes)[number], message: ClaimedMessage) => {
    const sent = await attempt(lane.channel, message, limitMs, onError);
    noteWayOut(lane, sent);
    await settle(message, sent);
  };

  const turn = async () => {
    for (const lane of lanes) {
      const room = lane.wayOut.allows(lane.channel.atOnce - lane.busy, lane.busy, now());
      if (room <= 0) continue;
      const claimed = await write(
        (_, connection) => claimSendable(connection, parts, lane.channel.name, room),
        "settle",
      );
      for (const message of claimed) {
        lane.busy += 1;
        const going: Promise<void> = send(lane, message).finally(() => {
          lane.busy -= 1;
          onTheWay.delete(going);
          waker.wake();
        });
        onTheWay.add(going);
      }
    }
    return write((_, connection) => nextTurnAt(connection, lanes, now()), "settle");
  };

  const waker = createWaker({ turn, now, onError });

  return {
    async start() {
      await write((_, connection) => releaseClaimed(connection), "settle");
      running = true;
      waker.start();
    },
    wake: waker.wake,
    reopen() {
      for (const { wayOut } of lanes) wayOut.open();
      waker.wake();
    },
    async tick() {
      const isDue = (connection: Connection) =>
        (nextTurnAt(connection, lanes, now()) ?? Infinity) <= now();
      do {
        await waker.turn();
        await Promise.all(onTheWay);
      } while (await write((_, connection) => isDue(connection), "settle"));
    },
    async stop() {
      running = false;
      await waker.stop();
      await Promise.race([Promise.all(onTheWay), pause(STOP_MS)]);
      for (const channel of channels) channel.stop();
    },
  };
}

/** Does not keep the process alive by itself. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

async function attempt(
  channel: Channel,
  message: ClaimedMessage,
  limitMs: number,
  onError: (error: unknown) => void,
): Promise<Sent> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A channel that never answers would keep its place for ever; in the end, all of them.
  const tooLong = new Promise<Sent>((resolve) => {
    const reason = `No answer within ${limitMs / 1000} s`;
    timer = setTimeout(() => resolve({ outcome: "retry", reason }), limitMs);
  });
  try {
    return await Promise.race([channel.send(message), tooLong]);
  } catch (error) {
    onError(error);
    return { outcome: "retry", reason: "Something went wrong here; the log has the details" };
  } finally {
    clearTimeout(timer);
  }
}

interface Lane {
  readonly channel: Channel;
  readonly wayOut: WayOut;
  readonly busy: number;
}

/** A full channel is woken by what comes back; the others by the next message that is due. */
function nextTurnAt(
  connection: Connection,
  lanes: readonly Lane[],
  now: number,
): number | undefined {
  const moments = lanes
    .filter(({ channel, wayOut, busy }) => busy < (wayOut.isDown() ? 1 : channel.atOnce))
    .map(({ channel, wayOut }) => {
      const dueAt = nextDueAt(connection, channel.name);
      return dueAt === undefined ? Infinity : Math.max(dueAt, wayOut.closedUntil(now) ?? 0);
    });
  const first = Math.min(...moments);
  return first === Infinity ? undefined : first;
}

/** Claims what is due, and settles at once what may no longer be sent. */
function claimSendable(
  connection: Connection,
  { whyNot, onSettled, now }: SenderParts,
  channel: string,
  limit: number,
): ClaimedMessage[] {
  const at = now();
  return claimMessages(connection, channel, limit, at).filter((message) => {
    const reason =
      suppressionOf(connection, message.channel, message.recipient) ?? whyNot(connection, message);
    if (reason === undefined) return true;
    cancelMessage(connection, message.id, reason, at);
    onSettled(connection, message, { outcome: "skipped", reason }, at);
    return false;
  });
}

function settleMessage(
  connection: Connection,
  { onSettled, onNotice, now }: SenderParts,
  message: ClaimedMessage,
  sent: Sent,
): void {
  const at = now();
  if (sent.outcome === "sent") {
    markSent(connection, message.id, sent.reference, at);
    onSettled(connection, message, { outcome: "sent" }, at);
    return;
  }
  if (sent.outcome === "unavailable") {
    // It stays due: what it waits for is the channel, not a moment.
    markWaiting(connection, message.id, sent.reason, at, false);
    return;
  }
  const pauseMs = RETRY_MS[message.attempts - 1];
  if (sent.outcome === "retry" && pauseMs !== undefined) {
    // Spread, so that what failed together does not come back together.
    const spreadMs = Math.round(pauseMs * (0.9 + Math.random() * 0.2));
    // A receiver may ask for more time, not for all tries within a minute.
    const waitMs = Math.max(sent.retryAfterMs ?? 0, spreadMs);
    markWaiting(connection, message.id, sent.reason, at + waitMs, true);
    return;
  }
  markDead(connection, message.id, sent.reason, at);
  onNotice(`${message.channel}: message ${message.key} is given up, see its run`);
  onSettled(connection, message, { outcome: "dead", reason: sent.reason }, at);
}
