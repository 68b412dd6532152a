import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { listEventFlows } from "../../src/flows/launches.ts";
import { removeFlow } from "../../src/flows/queries.ts";
import { MINUTE, on, openWorkshop, SITE, step, type Workshop } from "./workshop.ts";

const WAIT = step("wait", "wait", { ms: MINUTE });
const ALWAYS = { from: 0, until: Number.MAX_SAFE_INTEGER };

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

const list = (event: string, period = ALWAYS, siteId = SITE) =>
  listEventFlows(shop.opened.store, { siteId, event, ...period });

describe("listEventFlows()", () => {
  test("tells flows that an event starts from those it ends, and counts its launches", async () => {
    const starts = await shop.publish({ trigger: on("cart"), steps: [WAIT] });
    const ends = await shop.publish({
      trigger: on("visit"),
      stop: { event: "cart" },
      steps: [WAIT],
    });

    await shop.happen("cart", { visitorId: 1 });
    await shop.happen("cart", { visitorId: 2, id: 2 });
    await shop.happen("visit", { visitorId: 3, id: 3 });

    expect(await list("cart")).toEqual([
      expect.objectContaining({ id: starts, starts: true, stops: false, launches: 2 }),
      expect.objectContaining({ id: ends, starts: false, stops: true, launches: 0 }),
    ]);
  });

  test("counts in the period alone, and on the site alone", async () => {
    await shop.publish({ trigger: on("cart"), steps: [WAIT] });
    await shop.happen("cart", { visitorId: 1 });
    const [{ at }] = shop.rows<{ at: number }>("select started_at as at from runs") as [
      { at: number },
    ];

    const launches = async (period: { from: number; until: number }) =>
      (await list("cart", period)).map((flow) => flow.launches);

    expect(await launches({ from: at, until: at + 1 })).toEqual([1]);
    expect(await launches({ from: at + 1, until: at + 2 })).toEqual([0]);
    expect(await launches({ from: at - 1, until: at })).toEqual([0]);
    expect(await list("cart", ALWAYS, SITE + 1)).toEqual([]);
  });

  test("remembers what ran in a flow that is gone, or that starts with something else now", async () => {
    const changed = await shop.publish({ trigger: on("cart"), steps: [WAIT] });
    await shop.happen("cart", { visitorId: 1 });
    await shop.publish({ trigger: on("visit"), steps: [WAIT] }, changed);
    const gone = await shop.publish({ trigger: on("cart"), steps: [WAIT] });
    await shop.happen("cart", { visitorId: 2, id: 2 });
    await shop.opened.write((tx) => removeFlow(tx, gone, 5));

    const flows = await list("cart");

    expect(flows.map(({ id, state, starts, launches }) => [id, state, starts, launches])).toEqual(
      expect.arrayContaining([
        [changed, "active", false, 1],
        [gone, "removed", false, 1],
      ]),
    );
  });

  test("counts by the index alone", async () => {
    const plan = shop.rows<{ detail: string }>(
      "explain query plan select count(*) from runs where version_id = 1 and started_at >= 2 and started_at < 3",
    );

    expect(plan.map(({ detail }) => detail).join()).toContain("COVERING INDEX runs_version");
  });
});
