import { describe, expect, test } from "bun:test";
import { h, type VNode } from "preact";
import { createGrace } from "../../../src/web/admin/grace.ts";
import { createClock } from "../../helpers/store.ts";

const SITE = 1;
const never = new AbortController().signal;

const node = (name: string): VNode => h("p", { id: name }) as unknown as VNode;

/** A part that is ready when it is told so, and notes when nobody waits for it any more. */
function slowPart() {
  const asked: AbortSignal[] = [];
  let ready: (made: VNode) => void = () => {};
  return {
    asked,
    part: {
      make(signal: AbortSignal) {
        asked.push(signal);
        return new Promise<VNode>((resolve) => {
          ready = resolve;
        });
      },
      waiting: node("waiting"),
      failed: node,
    },
    finish: () => ready(node("late")),
  };
}

const quick = { make: async () => node("made"), waiting: node("place"), failed: node };
const ids = (nodes: readonly VNode[]) =>
  nodes.map(({ props }) => (props as unknown as { id: string }).id);

describe("createGrace()", () => {
  test("gives what is ready, and a place for what is not", async () => {
    const grace = createGrace(createClock(), 20);
    const slow = slowPart();

    expect(ids(await grace(SITE, never, [quick, slow.part]))).toEqual(["made", "waiting"]);
  });

  test("gives up what was too slow, since it is asked again", async () => {
    const grace = createGrace(createClock(), 20);
    const slow = slowPart();

    await grace(SITE, never, [slow.part]);

    expect(slow.asked[0]?.aborted).toBe(true);
  });

  test("does not ask a slow site twice for everything, for a while", async () => {
    const clock = createClock();
    const grace = createGrace(clock, 20);
    const slow = slowPart();
    await grace(SITE, never, [slow.part]);

    const after = ids(await grace(SITE, never, [quick]));
    const other = ids(await grace(SITE + 1, never, [quick]));
    clock.move(61_000);
    const later = ids(await grace(SITE, never, [quick]));

    expect([after, other, later]).toEqual([["place"], ["made"], ["made"]]);
  });

  test("leaves it to the part to say what is wrong with it", async () => {
    const grace = createGrace(createClock(), 20);
    const broken = { ...quick, make: () => Promise.reject(new Error("no")) };

    expect(ids(await grace(SITE, never, [broken, quick]))).toEqual(["place", "made"]);
  });

  test("hands on that the browser is gone", async () => {
    const gone = new AbortController();
    const grace = createGrace(createClock(), 20);
    const slow = slowPart();

    const answer = grace(SITE, gone.signal, [slow.part]);
    gone.abort();

    expect(slow.asked[0]?.aborted).toBe(true);
    await answer;
  });
});
