import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Sent } from "../../src/channels/channel.ts";
import { countSteps, listLedger, setFlowState } from "../../src/flows/queries.ts";
import { replay } from "../../src/flows/runner.ts";
import { addContact, deferred, eventOf, HOOK, MAIL, MINUTE, on, step } from "./workshop.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

const WAIT = step("wait", "wait", { ms: MINUTE });

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

const runs = () =>
  shop.rows<{ state: string; step_id: string; reason: string | null }>(
    "select state, step_id, reason from runs order by id",
  );
const crowd = (people: number) =>
  shop.opened.write((_, connection) => {
    const events = [...Array(people).keys()].map((index) =>
      eventOf("cart", { visitorId: index + 1, at: shop.opened.now() }),
    );
    shop.acting.onRecorded(connection, events, shop.opened.now());
  });

describe("a message on its way when its run is stopped", () => {
  test("does not go again after a try that failed", async () => {
    await shop.publish({ trigger: on("cart"), stop: { event: "buy" }, steps: [HOOK] });
    const { promise, resolve } = deferred<Sent>();
    shop.webhook.answer(() => promise);
    await shop.happen("cart");
    const ticking = shop.tick();
    while (shop.webhook.sent.length === 0) await new Promise((done) => setImmediate(done));

    await shop.happen("buy");
    resolve({ outcome: "retry", reason: "later" });
    await ticking;
    await shop.tick(10 * MINUTE);

    expect(shop.webhook.sent).toHaveLength(1);
    expect(shop.rows("select state, error from outbox")).toEqual([
      { state: "cancelled", error: "stopped by buy" },
    ]);
  });
});

describe("a mail", () => {
  test("is not sent to an address that has lost its confirmation meanwhile", async () => {
    await addContact(shop, 7);
    await shop.publish({ trigger: on("cart"), steps: [MAIL, WAIT] });
    shop.email.answer(() => ({ outcome: "retry", reason: "later" }));
    await shop.happen("cart", { contactId: 7 });
    await shop.tick();
    await shop.opened.write((_, { database }) =>
      database.exec("update identities set verified_at = null"),
    );

    await shop.tick(MINUTE);

    expect(shop.email.sent).toHaveLength(1);
    expect(runs()).toMatchObject([{ state: "active", step_id: "wait" }]);
  });

  test("carries no foreign link in whatever a browser said", async () => {
    await addContact(shop, 7);
    await shop.opened.write((_, { database }) =>
      database.exec(
        `insert into identities (kind, value, site_id, contact_id, created_at)
         values ('id', 'https://evil.example/id', 1, 7, 0);
         insert into variables (contact_id, name, type, value, source, changed_at)
         values (7, 'name', 'text', 'http://evil.example', 'identify', 0)`,
      ),
    );
    const words = ["contact.id", "contact.name", "event.page", "event.title", "event.sku"];
    const text = words.map((word) => `{{ ${word} }}`).join("\n");
    await shop.publish({
      trigger: on("cart"),
      steps: [step("mail", "email", { subject: text, text })],
    });

    await shop.happen("cart", {
      contactId: 7,
      page: "/x?u=https://evil.example/page",
      title: "www.evil.example",
      properties: { sku: "https://shop.example/fine" },
    });
    await shop.tick();

    const { payload } = shop.email.sent[0]!;
    expect(JSON.stringify(payload)).not.toContain("evil");
    expect(shop.rows("select url from links where kind = 'page'")).toEqual([
      { url: "https://shop.example/fine" },
    ]);
  });
});

describe("a replay", () => {
  test("takes the failure back from the figures, keeps the key, and the run goes on", async () => {
    const id = await shop.publish({ trigger: on("cart"), steps: [HOOK, WAIT] });
    shop.webhook.answer(() => ({ outcome: "rejected", reason: "gone" }));
    await shop.happen("cart");
    await shop.tick();
    const failed = (await countSteps(shop.opened.store, id)).get("hook");
    shop.webhook.answer(() => ({ outcome: "sent" }));

    shop.opened.now.move(1);
    const first = await shop.opened.write((_, c) => replay(c, 1, shop.opened.now()));
    const second = await shop.opened.write((_, c) => replay(c, 1, shop.opened.now()));
    await shop.tick();

    expect([first, second]).toEqual([true, false]);
    expect(failed).toMatchObject({ entered: 1, failed: 1, done: 0 });
    expect((await countSteps(shop.opened.store, id)).get("hook")).toMatchObject({
      entered: 1,
      failed: 0,
      done: 1,
    });
    expect(shop.webhook.sent.map(({ key }) => key)).toEqual(["1.1", "1.1"]);
    const diary = await listLedger(shop.opened.store, 1);
    expect(diary.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      "webhook entered",
      "webhook sending",
      "webhook failed",
      "webhook retried",
      "webhook done",
      "wait entered",
      "wait waiting",
    ]);
    expect(runs()).toMatchObject([{ state: "active", step_id: "wait", reason: null }]);
  });

  test("of a message whose run was stopped meanwhile sends nothing", async () => {
    await shop.publish({ trigger: on("cart"), stop: { event: "buy" }, steps: [HOOK] });
    shop.webhook.answer(() => ({ outcome: "rejected", reason: "gone" }));
    await shop.happen("cart");
    await shop.tick();
    await shop.opened.write((_, { database }) =>
      database.exec("update runs set state = 'stopped', reason = 'stopped by hand'"),
    );

    await shop.opened.write((_, connection) => replay(connection, 1, shop.opened.now()));
    await shop.tick();

    expect(shop.webhook.sent).toHaveLength(1);
    expect(shop.rows("select state from outbox")).toEqual([{ state: "cancelled" }]);
  });
});

describe("the clock", () => {
  test("set forward or back makes nothing happen twice", async () => {
    await shop.publish({ trigger: on("cart"), steps: [WAIT, HOOK, { ...WAIT, id: "rest" }] });
    await shop.happen("cart");

    for (const minutes of [-10_000, 9_999, 2, -500, 499, 10_000]) await shop.tick(minutes * MINUTE);

    expect(shop.webhook.sent).toHaveLength(1);
    expect(runs()).toMatchObject([{ state: "done" }]);
  });
});

describe("many at once", () => {
  test("leave the loop to others while they advance", async () => {
    await shop.publish({ trigger: on("cart"), steps: [WAIT] });
    await crowd(3000);
    await shop.tick();
    let others = 0;
    const timer = setInterval(() => (others += 1), 1);

    await shop.tick(MINUTE);
    clearInterval(timer);

    expect(shop.rows("select count(*) as n from runs where state = 'done'")).toEqual([{ n: 3000 }]);
    expect(others).toBeGreaterThan(5);
  });

  test("in a paused flow keep nobody else waiting", async () => {
    const paused = await shop.publish({ trigger: on("cart"), steps: [WAIT] });
    await crowd(250);
    await shop.tick();
    await shop.opened.write((tx) => setFlowState(tx, paused, "paused"));
    await shop.publish({ trigger: on("view"), steps: [WAIT] });
    await shop.happen("view");

    await shop.tick(MINUTE);

    const done = shop.rows("select flow_id from runs where state = 'done'");
    expect(done).toEqual([{ flow_id: paused + 1 }]);
  });

  test("go on beside one that trips", async () => {
    await shop.publish({ trigger: on("cart"), steps: [WAIT] });
    await crowd(3);
    await shop.opened.write((_, { database }) =>
      database.exec("update runs set step_id = 'gone' where id = 2"),
    );

    await shop.tick();
    await shop.tick(MINUTE);

    expect(runs().map(({ state }) => state)).toEqual(["done", "active", "done"]);
    expect(runs()[1]!.reason).toContain("tried again soon");
    expect(String(shop.errors)).toContain("does not have");
  });
});

describe("a restart", () => {
  test("after a time in which much was due does all of it, once", async () => {
    await shop.publish({ trigger: on("cart"), steps: [WAIT, HOOK, { ...WAIT, id: "rest" }] });
    await crowd(5);
    await shop.tick();
    shop.opened.now.move(7 * 24 * 60 * MINUTE);

    const before = shop.webhook.sent.length;
    shop = await shop.restart();
    await shop.tick();
    await shop.tick(MINUTE);

    expect(before).toBe(0);
    expect(shop.webhook.sent.map(({ key }) => key).toSorted()).toEqual([
      "1.2",
      "2.2",
      "3.2",
      "4.2",
      "5.2",
    ]);
    expect(runs().map(({ state }) => state)).toEqual(Array(5).fill("done"));
  });
});
