import { describe, expect, test } from "bun:test";
import { h, type VNode } from "preact";
import { createGrace } from "../../../src/web/admin/grace.ts";
import { createClock } from "../../helpers/store.ts";

const ANN = { userId: 1, zone: "UTC", siteId: 1 };
const never = new AbortController().signal;

const node = (name: string): VNode => h("p", { id: name }) as unknown as VNode;

/** A part that is ready when it is told so, and notes when nobody waits for it any more. */
function slowPart() {
  const asked: AbortSignal[] = [];
  let ready: (made: VNode) => void = () => {};
  return {
    asked,
    part: {
      url: "/slow",
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

const quick = {
  url: "/quick",
  make: async () => node("made"),
  waiting: node("place"),
  failed: node,
};
const idOf = ({ props }: VNode) => (props as unknown as { id: string }).id;
const ids = (nodes: readonly VNode[]) => nodes.map(idOf);

describe("createGrace()", () => {
  test("gives what is ready, and a place for what is not", async () => {
    const grace = createGrace(createClock(), 20);
    const slow = slowPart();

    const nodes = await grace.parts(ANN, never, [quick, slow.part]);

    expect(ids(nodes)).toEqual(["made", "waiting"]);
  });

  test("goes on with what was too slow, and gives it to who comes for it, once", async () => {
    const grace = createGrace(createClock(), 20);
    const slow = slowPart();
    await grace.parts(ANN, never, [slow.part]);

    const taken = grace.take(ANN, "/slow");
    slow.finish();

    expect(idOf(await taken!)).toBe("late");
    expect(slow.asked).toHaveLength(1);
    expect(slow.asked[0]?.aborted).toBe(false);
    expect(grace.take(ANN, "/slow")).toBeUndefined();
  });

  test.each([
    ["another user", { ...ANN, userId: 2 }, "/slow"],
    ["another zone", { ...ANN, zone: "Europe/Berlin" }, "/slow"],
    ["another site", { ...ANN, siteId: 2 }, "/slow"],
    ["another part", ANN, "/other"],
  ])("gives it to nobody for %s", async (_, looker, url) => {
    const grace = createGrace(createClock(), 20);
    await grace.parts(ANN, never, [slowPart().part]);

    expect(grace.take(looker, url)).toBeUndefined();
  });

  test("ends what nobody came for", async () => {
    const grace = createGrace(createClock(), 20, 30);
    const slow = slowPart();
    await grace.parts(ANN, never, [slow.part]);

    await new Promise<void>((resolve) => {
      slow.asked[0]!.addEventListener("abort", () => resolve());
    });

    expect(grace.take(ANN, "/slow")).toBeUndefined();
  });

  test("ends what was begun for the page before", async () => {
    const grace = createGrace(createClock(), 20);
    const [before, after] = [slowPart(), slowPart()];
    await grace.parts(ANN, never, [before.part]);

    await grace.parts(ANN, never, [after.part]);

    expect(before.asked[0]?.aborted).toBe(true);
    expect(after.asked[0]?.aborted).toBe(false);
  });

  test("does not wait for a slow site again, for a while", async () => {
    const clock = createClock();
    const grace = createGrace(clock, 20);
    const afterTurn = { ...quick, make: () => Bun.sleep(5).then(() => node("made")) };
    await grace.parts(ANN, never, [slowPart().part]);

    const after = ids(await grace.parts(ANN, never, [afterTurn]));
    const other = ids(await grace.parts({ ...ANN, siteId: 2 }, never, [afterTurn]));
    clock.move(61_000);
    const later = ids(await grace.parts(ANN, never, [afterTurn]));

    expect([after, other, later]).toEqual([["place"], ["made"], ["made"]]);
  });

  test("leaves it to the part to say what is wrong with it", async () => {
    const grace = createGrace(createClock(), 20);
    const broken = { ...quick, make: () => Promise.reject(new Error("no")) };

    expect(ids(await grace.parts(ANN, never, [broken, quick]))).toEqual(["place", "made"]);
  });

  test("hands on that the browser is gone", async () => {
    const gone = new AbortController();
    const grace = createGrace(createClock(), 20);
    const slow = slowPart();

    const answer = grace.parts(ANN, gone.signal, [slow.part]);
    gone.abort();

    expect(slow.asked[0]?.aborted).toBe(true);
    await answer;
  });
});
