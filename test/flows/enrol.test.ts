import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { adoptVisitorRuns } from "../../src/flows/adopt.ts";
import { createEnroller } from "../../src/flows/enrol.ts";
import { setFlowState } from "../../src/flows/queries.ts";
import {
  addContact,
  eventOf,
  HOOK,
  MAIL,
  MINUTE,
  on,
  openWorkshop,
  step,
  type Workshop,
} from "./workshop.ts";

const WAIT = step("wait", "wait", { ms: MINUTE });

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(async () => {
  expect(shop.errors).toEqual([]);
  await shop.close();
});

const states = () =>
  shop.rows<{ state: string }>("select state from runs order by id").map(({ state }) => state);

describe("an event", () => {
  test("nobody defined starts nothing", async () => {
    await shop.publish({ trigger: on("cart"), steps: [WAIT] });

    await shop.happen("cart", { defined: false });

    expect(states()).toEqual([]);
  });

  test("of another site starts nothing", async () => {
    await shop.publish({ trigger: on("cart"), steps: [WAIT] });

    await shop.happen("cart", { siteId: 2 });

    expect(states()).toEqual([]);
  });

  test("starts nothing by what every object has", async () => {
    const filter = { property: "constructor", operator: "exists", value: "" };
    await shop.publish({ trigger: on("cart", { filter }), steps: [WAIT] });

    await shop.happen("cart", { properties: {} });

    expect(states()).toEqual([]);
  });

  test("searches by the person, however many have been in the flow", async () => {
    await shop.publish({ trigger: on("cart"), stop: { event: "cart" }, steps: [WAIT] });
    const asked = new Set<string>();

    await shop.opened.write((_, connection) => {
      const enroller = createEnroller();
      enroller.reload(connection);
      const prepare = (sql: string) => connection.prepare(asked.add(sql) && sql);
      const events = [eventOf("cart"), eventOf("cart", { contactId: 7 })];
      enroller.record({ ...connection, prepare }, events, shop.opened.now());
    });

    const searches = [...asked].filter((sql) => sql.includes("from runs where"));
    const plans = searches.flatMap((sql) =>
      shop.rows<{ detail: string }>(`explain query plan ${sql.replaceAll("?", "1")}`),
    );
    expect(plans.length).toBeGreaterThanOrEqual(6);
    for (const { detail } of plans) {
      expect(detail).toMatch(/runs_visitor \(visitor_id|runs_contact \(contact_id|PRIMARY KEY/);
    }
  });
});

describe("the entry rule per value", () => {
  const order = (id: string) => ({ properties: { order: id } });

  test("lets the same person in once per order, several at a time", async () => {
    const entry = { again: "never", per: "order" };
    await shop.publish({ trigger: on("buy"), entry, steps: [WAIT] });

    for (const id of ["A", "B", "A"]) await shop.happen("buy", order(id));
    await shop.tick(MINUTE);
    await shop.happen("buy", order("B"));

    expect(states()).toEqual(["done", "done"]);
  });

  test("lets the same order in again when the time is over, not twice at once", async () => {
    const entry = { again: "after", ms: 2 * MINUTE, per: "order" };
    await shop.publish({ trigger: on("buy"), entry, steps: [WAIT] });

    await shop.happen("buy", order("A"));
    await shop.happen("buy", order("A"));
    await shop.tick(MINUTE);
    await shop.happen("buy", order("A"));
    await shop.tick(MINUTE);
    await shop.happen("buy", order("A"));

    expect(states()).toEqual(["done", "active"]);
  });

  test("lets nobody in without the value, and keeps the value to itself", async () => {
    const entry = { again: "every time", per: "order" };
    await shop.publish({ trigger: on("buy"), entry, steps: [WAIT] });

    await shop.happen("buy");
    await shop.happen("buy", order(""));
    await shop.happen("buy", order("order of ann@buyer.example"));

    const keys = shop.rows<{ entry_key: string }>("select entry_key from runs");
    expect(keys).toHaveLength(1);
    expect(keys[0]!.entry_key).not.toContain("ann");
  });
});

describe("a stop event", () => {
  test("of an older version stops who entered by that version, and nobody else", async () => {
    const stop = { event: "buy" };
    const id = await shop.publish({ trigger: on("cart"), stop, steps: [WAIT, HOOK] });
    await shop.happen("cart", { visitorId: 1 });
    await shop.publish({ trigger: on("cart"), steps: [WAIT, HOOK] }, id);
    await shop.happen("cart", { visitorId: 2 });

    await shop.happen("buy", { visitorId: 1 });
    await shop.happen("buy", { visitorId: 2 });

    expect(states()).toEqual(["stopped", "active"]);
  });

  test("counts while the flow is paused", async () => {
    const stop = { event: "buy" };
    const id = await shop.publish({ trigger: on("cart"), stop, steps: [WAIT, HOOK] });
    await shop.happen("cart");
    await shop.opened.write((tx) => setFlowState(tx, id, "paused"));
    await shop.acting.reload();

    await shop.happen("buy");

    expect(states()).toEqual(["stopped"]);
  });

  test("on another site stops the contact's run there", async () => {
    await addContact(shop, 7);
    const stop = { event: "buy", siteId: 2 };
    await shop.publish({ trigger: on("cart"), stop, steps: [WAIT, HOOK] });
    await shop.happen("cart", { contactId: 7, visitorId: 1 });

    await shop.happen("buy", { contactId: 7, visitorId: 1 });
    const here = states();
    await shop.happen("buy", { contactId: 7, visitorId: 50, siteId: 2 });

    expect(here).toEqual(["active"]);
    expect(states()).toEqual(["stopped"]);
  });

  test("of who uses the same computer later leaves the first one's run alone", async () => {
    await addContact(shop, 7);
    await addContact(shop, 8);
    await shop.publish({ trigger: on("cart"), stop: { event: "buy" }, steps: [WAIT, HOOK] });
    await shop.happen("cart", { contactId: 7, visitorId: 1 });

    await shop.happen("buy", { contactId: 8, visitorId: 1 });

    expect(states()).toEqual(["active"]);
  });
});

describe("adoptVisitorRuns()", () => {
  const adopt = (visitorId: number) =>
    shop.opened.write((_, connection) =>
      adoptVisitorRuns(connection, visitorId, 7, 0, shop.opened.now()),
    );

  test.each(["never", "every time"])("mails a person on two devices once (%s)", async (again) => {
    await addContact(shop, 7);
    await shop.publish({ trigger: on("cart"), entry: { again }, steps: [WAIT, MAIL] });
    await shop.happen("cart", { contactId: 7, visitorId: 1 });
    await shop.happen("cart", { visitorId: 2 });

    await adopt(2);
    await shop.tick(MINUTE);

    expect(states()).toEqual(["done", "stopped"]);
    expect(shop.email.sent).toHaveLength(1);
  });

  test("lets no one through again who has been through the one time", async () => {
    await addContact(shop, 7);
    await shop.publish({ trigger: on("cart"), entry: { again: "never" }, steps: [WAIT, MAIL] });
    await shop.happen("cart", { contactId: 7, visitorId: 1 });
    await shop.tick(MINUTE);
    await shop.happen("cart", { visitorId: 2 });

    await adopt(2);
    await shop.tick(MINUTE);

    expect(shop.email.sent).toHaveLength(1);
  });

  test("keeps the runs of different orders", async () => {
    await addContact(shop, 7);
    const entry = { again: "every time", per: "order" };
    await shop.publish({ trigger: on("buy"), entry, steps: [WAIT, MAIL] });
    await shop.happen("buy", { contactId: 7, properties: { order: "A" } });
    await shop.happen("buy", { visitorId: 2, properties: { order: "B" } });

    await adopt(2);
    await shop.tick(MINUTE);

    expect(shop.email.sent).toHaveLength(2);
  });
});
