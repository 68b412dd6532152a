import { describe, expect, test } from "bun:test";
import { createTurns } from "../../src/stats/turns.ts";

/** Work that takes so many milliseconds of the processor, in steps of one. */
function* busyFor(ms: number, result: string, ended: () => void = () => {}) {
  try {
    for (let step = 0; step < ms; step += 1) {
      const until = spentMs() + 1;
      while (spentMs() < until);
      yield undefined;
    }
    return result;
  } finally {
    ended();
  }
}

function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

describe("createTurns()", () => {
  test("answers a quick question before a slow one that came first", async () => {
    const turns = createTurns();
    const order: unknown[] = [];

    await new Promise<void>((resolve) => {
      const done = (result: unknown) => {
        order.push(result);
        if (order.length === 2) resolve();
      };
      const failed = (error: unknown) => done(error);
      turns.add({ id: 1, steps: busyFor(150, "slow"), done, failed });
      turns.add({ id: 2, steps: busyFor(5, "quick"), done, failed });
    });

    expect(order).toEqual(["quick", "slow"]);
  });

  test("lets what is idle wait until nobody asks", async () => {
    const turns = createTurns();
    const order: unknown[] = [];

    await new Promise<void>((resolve) => {
      const done = (result: unknown) => {
        order.push(result);
        if (order.length === 3) resolve();
      };
      const failed = (error: unknown) => done(error);
      turns.add({ id: 0, isIdle: true, steps: busyFor(30, "idle"), done, failed });
      turns.add({ id: 1, steps: busyFor(80, "slow"), done, failed });
      turns.add({ id: 2, steps: busyFor(5, "quick"), done, failed });
    });

    expect(order).toEqual(["quick", "slow", "idle"]);
  });

  test("ends what is cancelled where it stands, and says nothing of it", async () => {
    const turns = createTurns();
    const heard: unknown[] = [];
    let ended = false;

    turns.add({
      id: 1,
      steps: busyFor(5000, "never", () => (ended = true)),
      done: (result) => heard.push(result),
      failed: (error) => heard.push(error),
    });
    await new Promise((resolve) => setImmediate(resolve));
    turns.cancel(1);
    await new Promise<void>((resolve) => {
      const done = () => resolve();
      turns.add({ id: 2, steps: busyFor(1, "next"), done, failed: done });
    });

    expect(ended).toBeTrue();
    expect(heard).toEqual([]);
  });

  test("tells of what breaks, and goes on with the others", async () => {
    const turns = createTurns();
    const broken = (function* (): Generator<undefined, unknown> {
      yield undefined;
      throw new Error("no such column");
    })();

    const heard = await new Promise<unknown[]>((resolve) => {
      const said: unknown[] = [];
      const say = (what: unknown) => {
        said.push(what);
        if (said.length === 2) resolve(said);
      };
      turns.add({ id: 1, steps: broken, done: say, failed: say });
      turns.add({ id: 2, steps: busyFor(30, "fine"), done: say, failed: say });
    });

    expect(heard).toEqual([new Error("no such column"), "fine"]);
  });

  test("rests for as many times as long as it works, once it is told to", async () => {
    const turns = createTurns();
    const took = (ms: number) =>
      new Promise<number>((resolve, reject) => {
        const begunAt = performance.now();
        const done = () => resolve(performance.now() - begunAt);
        turns.add({ id: 1, steps: busyFor(ms, "done"), done, failed: reject });
      });

    turns.rest(4);
    const resting = await took(60);
    turns.rest(1000);
    turns.rest(0);
    const working = await took(60);

    // What is done at last needs no rest after it.
    expect(resting).toBeGreaterThan(50 + 4 * 50);
    expect(working).toBeLessThan(1000);
  });
});
