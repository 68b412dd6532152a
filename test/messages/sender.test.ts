import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Sent } from "../../src/channels/channel.ts";
import { addMessage, type ClaimedMessage } from "../../src/messages/outbox.ts";
import {
  createSender,
  RETRY_MS,
  type Sender,
  type SenderParts,
  type Settled,
} from "../../src/messages/sender.ts";
import { deferred, localChannel, MINUTE, type LocalChannel } from "../flows/workshop.ts";
import { openTestStore, type TestStore } from "../helpers/store.ts";

let opened: TestStore;
let channel: LocalChannel;
let settled: [string, Settled["outcome"]][];
let errors: unknown[];
let notices: string[];
let sender: Sender;

const senderOf = (more: Partial<SenderParts> = {}) =>
  createSender({
    write: opened.write,
    channels: [channel],
    now: opened.now,
    whyNot: () => undefined,
    onSettled: (_, { key }: ClaimedMessage, { outcome }) => void settled.push([key, outcome]),
    onError: (error) => errors.push(error),
    onNotice: (notice) => notices.push(notice),
    ...more,
  });

beforeEach(() => {
  opened = openTestStore();
  channel = localChannel("webhook");
  settled = [];
  errors = [];
  notices = [];
  sender = senderOf();
});
afterEach(() => opened.remove());

const add = (...keys: string[]) =>
  opened.write((_, connection) => {
    for (const key of keys) {
      const nobody = { runId: null, flowId: null, stepId: null, contactId: null, siteId: null };
      const message = { key, channel: "webhook", recipient: "r", payload: {}, ...nobody } as const;
      addMessage(connection, message, opened.now());
    }
  });
const rows = () =>
  opened.reader.database
    .prepare("select key, state, attempts, error, next_at from outbox order by id")
    .all() as { key: string; state: string; attempts: number; error: string; next_at: number }[];
const tick = async (ms = 0) => {
  opened.now.move(ms);
  await sender.tick();
};
const keysSent = () => channel.sent.map(({ key }) => key);

describe("a message", () => {
  test("written twice under one key goes once", async () => {
    await add("a", "a");

    await tick();

    expect(keysSent()).toEqual(["a"]);
    expect(settled).toEqual([["a", "sent"]]);
  });

  test("is tried after pauses that grow, within a day, and is dead then", async () => {
    channel.answer(() => ({ outcome: "retry", reason: "later" }));
    await add("a");
    const began = opened.now();

    await tick();
    const pauses: number[] = [];
    for (let [row] = rows(); row?.state === "pending"; [row] = rows()) {
      pauses.push(row.next_at - opened.now());
      opened.now.set(row.next_at - 1);
      const before = channel.sent.length;
      await tick();
      expect(channel.sent).toHaveLength(before);
      await tick(1);
    }

    expect(pauses).toHaveLength(RETRY_MS.length);
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeWithin(RETRY_MS[index]! * 0.9, RETRY_MS[index]! * 1.1 + 1);
    }
    expect(opened.now() - began).toBeWithin(20 * 60 * MINUTE, 28 * 60 * MINUTE);
    expect(new Set(keysSent())).toEqual(new Set(["a"]));
    expect(rows()).toMatchObject([{ state: "dead", error: "later" }]);
    expect(settled).toEqual([["a", "dead"]]);
  });

  test("comes back when the receiver says", async () => {
    channel.answer(() => ({ outcome: "retry", reason: "busy", retryAfterMs: 100_000 }));
    await add("a");

    await tick();
    await tick(99_999);
    const early = channel.sent.length;
    await tick(1);

    expect([early, channel.sent.length]).toEqual([1, 2]);
  });

  test("refused for good is dead at once", async () => {
    channel.answer(() => ({ outcome: "rejected", reason: "no such user" }));
    await add("a");

    await tick();

    expect(rows()).toMatchObject([{ state: "dead", attempts: 1, error: "no such user" }]);
  });

  test("on which a channel trips is tried again, and the fault is logged", async () => {
    channel.answer(() => {
      throw new TypeError("a bug");
    });
    await add("a");

    await tick();

    expect(rows()).toMatchObject([{ state: "pending", attempts: 1 }]);
    expect(rows()[0]!.error).not.toContain("a bug");
    expect(String(errors)).toContain("a bug");
  });

  test("that never comes back gives its place to another after a time", async () => {
    channel = localChannel("webhook", 1);
    sender = senderOf({ limitMs: 20 });
    channel.answer(({ key }) => (key === "a" ? new Promise<Sent>(() => {}) : { outcome: "sent" }));
    await add("a", "b");

    await tick();

    expect(keysSent()).toEqual(["a", "b"]);
    expect(rows()).toMatchObject([
      { state: "pending", error: "No answer within 0.02 s" },
      { state: "sent" },
    ]);
  });

  test("that may not go at the last moment does not go", async () => {
    sender = senderOf({ whyNot: (_, { key }) => (key === "a" ? "stopped" : undefined) });
    await add("a", "b");

    await tick();

    expect(keysSent()).toEqual(["b"]);
    expect(rows()[0]).toMatchObject({ state: "cancelled", error: "stopped" });
    expect(settled).toContainEqual(["a", "skipped"]);
  });
});

describe("a channel", () => {
  test("has no more on their way at once than it takes", async () => {
    channel = localChannel("webhook", 2);
    sender = senderOf();
    let now = 0;
    let most = 0;
    channel.answer(async () => {
      most = Math.max(most, (now += 1));
      await Promise.resolve();
      now -= 1;
      return { outcome: "sent" };
    });
    await add("a", "b", "c", "d", "e");

    await tick();

    expect(keysSent()).toHaveLength(5);
    expect(most).toBe(2);
  });

  test("that is down is tried with one message, after pauses up to ten minutes", async () => {
    channel.answer(() => ({ outcome: "unavailable", reason: "connection refused" }));
    await add(...Array.from({ length: 20 }, (_, index) => `m${index}`));

    await tick();
    const first = channel.sent.length;
    const gaps: number[] = [];
    for (let tries = first, minutes = 0; minutes < 60; minutes += 0.5) {
      await tick(MINUTE / 2);
      const more = channel.sent.length - tries;
      expect(more).toBeLessThanOrEqual(1);
      if (more === 1) gaps.push(minutes);
      tries = channel.sent.length;
    }

    expect(first).toBe(channel.atOnce);
    expect(gaps).toEqual([0, 1, 3, 7, 15, 25, 35, 45, 55]);
    expect(rows().every(({ state, attempts }) => state === "pending" && attempts === 0)).toBe(true);
    expect(rows()[0]!.error).toBe("connection refused");
  });

  test("that is back takes all that waited", async () => {
    channel.answer(() => ({ outcome: "unavailable", reason: "down" }));
    await add("a", "b", "c", "d", "e", "f", "g");
    await tick();
    channel.answer(() => ({ outcome: "sent" }));

    await tick(MINUTE / 2);

    expect(rows().every(({ state }) => state === "sent")).toBe(true);
  });

  test("that somebody has set up meanwhile is tried at once", async () => {
    channel.answer(() => ({ outcome: "unavailable", reason: "not set up" }));
    await add("a");
    await tick();
    channel.answer(() => ({ outcome: "sent" }));

    sender.reopen();
    await tick();

    expect(rows()).toMatchObject([{ state: "sent" }]);
  });

  test("that was down is not closed for long by a clock that is set back", async () => {
    channel.answer(() => ({ outcome: "unavailable", reason: "down" }));
    await add("a");
    await tick();
    channel.answer(() => ({ outcome: "sent" }));
    opened.now.move(-60 * MINUTE);
    await add("b");

    await tick();

    expect(rows()[1]).toMatchObject({ state: "sent" });
  });
});

describe("a restart", () => {
  test("between sending and settling repeats the message under its key", async () => {
    const { promise, resolve } = deferred<Sent>();
    channel.answer(() => promise);
    await add("a");
    const ticking = sender.tick();
    while (channel.sent.length === 0) await new Promise((done) => setImmediate(done));

    // What a kill leaves behind: the row says it is on its way, and nobody knows more.
    const again = localChannel("webhook");
    const next = senderOf({ channels: [again] });
    await next.start();
    await next.tick();
    await next.stop();

    expect(again.sent.map(({ key }) => key)).toEqual(["a"]);
    expect(rows()).toMatchObject([{ state: "sent" }]);
    resolve({ outcome: "sent" });
    await ticking;
  });

  test("waits for what is on its way", async () => {
    const { promise, resolve } = deferred<Sent>();
    channel.answer(() => promise);
    await add("a");
    await sender.start();
    while (channel.sent.length === 0) await new Promise((done) => setImmediate(done));

    const stopping = sender.stop();
    resolve({ outcome: "sent" });
    await stopping;

    expect(rows()).toMatchObject([{ state: "sent" }]);
  });
});

test("a result that could not be written is written when that works again", async () => {
  await add("a");
  channel.answer(async () => {
    await opened.write((_, { database }) => database.exec("alter table outbox rename to gone"));
    setTimeout(
      () =>
        void opened.write((_, { database }) => database.exec("alter table gone rename to outbox")),
      100,
    );
    return { outcome: "sent" };
  });

  await sender.start();
  while (settled.length === 0) await new Promise((done) => setImmediate(done));
  await sender.stop();

  expect(rows()).toMatchObject([{ state: "sent" }]);
  expect(channel.sent).toHaveLength(1);
  expect(errors).not.toBeEmpty();
});
