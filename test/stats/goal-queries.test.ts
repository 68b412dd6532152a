import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { refusalOf } from "../../src/lib/errors.ts";
import { addFunnel, changeFunnel, getFunnel } from "../../src/stats/funnel-queries.ts";
import {
  addGoal,
  changeGoal,
  getGoal,
  listGoals,
  listRemovedGoals,
  removeGoal,
  restoreGoal,
} from "../../src/stats/goal-queries.ts";
import { parseGoal } from "../../src/stats/goal.ts";
import { parseFunnel, withinOf } from "../../src/stats/saved-funnel.ts";
import { addSite } from "../../src/sites/queries.ts";
import { openTestStore, type TestStore } from "../helpers/store.ts";

let opened: TestStore;
let siteId: number;
const BY = { userId: 1, now: 1000 };
const SALE = parseGoal({ name: "Sale", kind: "event", match: "purchase", value: "revenue" });

afterEach(() => opened.remove());
beforeEach(async () => {
  opened = openTestStore();
  const site = { domain: "a.example", key: "k", kind: "website", privacy: "storage" } as const;
  siteId = (await opened.write((tx) => addSite(tx, { ...site, identifySecret: "x" }, 1))).id;
});

describe("goals", () => {
  test("two of a site may not share a name, until one is removed", async () => {
    const { store, write } = opened;
    const id = await write((tx) => addGoal(tx, siteId, SALE, BY));

    const taken = await refusalOf(() => write((tx) => addGoal(tx, siteId, SALE, BY)));
    const goal = await getGoal(store, siteId, id);
    await write((tx) => removeGoal(tx, goal, 2000));
    await write((tx) => addGoal(tx, siteId, SALE, BY));
    const back = await refusalOf(() => write((tx) => restoreGoal(tx, siteId, id)));

    expect([taken?.kind, taken?.field]).toEqual(["conflict", "name"]);
    expect(back?.kind).toBe("conflict");
    expect(await listRemovedGoals(store, siteId)).toEqual([]);
  });

  test("one that was removed comes back as it was", async () => {
    const { store, write } = opened;
    const id = await write((tx) => addGoal(tx, siteId, SALE, BY));
    const goal = await getGoal(store, siteId, id);

    await write((tx) => changeGoal(tx, goal, { ...SALE, name: "Order" }));
    await write((tx) => removeGoal(tx, goal, 2000));
    const gone = await listGoals(store, siteId);
    await write((tx) => restoreGoal(tx, siteId, id));

    expect(gone).toEqual([]);
    expect(await listGoals(store, siteId)).toEqual([{ ...goal, name: "Order" }]);
  });

  test("one of another site is missing", async () => {
    const id = await opened.write((tx) => addGoal(tx, siteId, SALE, BY));

    const refused = await refusalOf(() => getGoal(opened.store, siteId + 1, id));

    expect(refused?.kind).toBe("missing");
  });

  test("a page has no value", () => {
    const goal = parseGoal({ name: "Read", kind: "page", match: "/blog/*", value: "revenue" });

    expect(goal).toEqual({ name: "Read", kind: "page", match: "/blog/*", value: null });
  });
});

describe("funnels", () => {
  const steps = [
    { kind: "page", match: "/pricing" },
    { kind: "event", match: "purchase" },
  ];
  const draft = parseFunnel({ name: "Buy", steps, within: "2", unit: "hours" });

  test("the second of two saves on one revision is refused and changes nothing", async () => {
    const { store, write } = opened;
    const id = await write((tx) => addFunnel(tx, siteId, draft, BY));
    const funnel = { id, siteId };

    await write((tx) => changeFunnel(tx, funnel, { ...draft, name: "First" }, 1, 2000));
    const late = await refusalOf(() =>
      write((tx) => changeFunnel(tx, funnel, { ...draft, name: "Second" }, 1, 3000)),
    );

    expect(late?.kind).toBe("conflict");
    expect(await getFunnel(store, siteId, id)).toEqual({
      ...draft,
      ...funnel,
      name: "First",
      revision: 2,
    });
  });

  test.each([
    [[steps[0]!], "1", "days", "steps"],
    [Array(9).fill(steps[0]), "1", "days", "steps"],
    [steps, "0", "days", "within"],
    [steps, "366", "days", "within"],
    [steps, "1", "toString", "within"],
    [[steps[0]!, { kind: "page", match: "x" }], "1", "days", "step-1"],
  ])("%j within %p %s is refused at %s", async (list, within, unit, field) => {
    const refused = await refusalOf(() => parseFunnel({ name: "x", steps: list, within, unit }));

    expect(refused?.field).toBe(field);
  });

  test("a time is shown in its largest even unit", () => {
    expect([withinOf(7_200_000), withinOf(86_400_000 * 7), withinOf(90 * 60_000)]).toEqual([
      { within: 2, unit: "hours" },
      { within: 7, unit: "days" },
      { within: 90, unit: "minutes" },
    ]);
  });
});
