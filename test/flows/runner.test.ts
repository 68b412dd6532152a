import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { startFlowLab, visitorId, type FlowLab } from "../helpers/flows.ts";
import { ask, keyOf } from "../helpers/rows.ts";
import { testFolder } from "../helpers/store.ts";

const MINUTE = 60_000;
const MAIL = [
  "email",
  { subject: "Hi {{ event.sku }}", text: "Come: https://shop.example/x" },
] as const;

let lab: FlowLab;
beforeEach(async () => {
  lab = await startFlowLab();
});
afterEach(async () => {
  expect(lab.app.lines.filter((line) => line.includes("error"))).toEqual([]);
  await lab.close();
});

const runs = () =>
  ask<{ state: string; reason: string | null; step_id: string }>(
    lab.app,
    "select state, reason, step_id from runs order by id",
  );
const tick = async (ms = 0) => {
  lab.app.clock.move(ms);
  await lab.app.acting.tick();
};

describe("a run", () => {
  test("goes through wait, e-mail and webhook, each once and in its time", async () => {
    await lab.publish([
      ["wait", { ms: MINUTE }],
      MAIL,
      ["webhook", { url: `${lab.receiver.url}hook` }],
    ]);
    await lab.identify("ann", "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
    await tick(MINUTE - 1);
    const early = lab.mail.mails.length;
    await tick(1);
    await tick(MINUTE);

    expect(early).toBe(0);
    expect(lab.mail.mails.map(({ mail }) => mail.subject)).toEqual(["Hi shoe"]);
    expect(lab.receiver.requests).toHaveLength(1);
    expect(runs().map(({ state }) => state)).toEqual(["done"]);
    const ledger = ask<{ kind: string; outcome: string }>(lab.app, "select * from run_steps");
    expect(ledger.map(({ kind, outcome }) => `${kind} ${outcome}`).toSorted()).toEqual([
      "email done",
      "email entered",
      "email sending",
      "wait done",
      "wait entered",
      "wait waiting",
      "webhook done",
      "webhook entered",
      "webhook sending",
    ]);
  });

  test("is stopped by its stop event, and its mail called back", async () => {
    await lab.publish([["wait", { ms: MINUTE }], MAIL], { stop: { event: "purchase" } });
    await lab.identify("ann", "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
    await tick(1000);
    await lab.trigger("ann", "purchase");
    await tick(MINUTE);

    expect(runs()).toMatchObject([{ state: "stopped", reason: "stopped by purchase" }]);
    expect(lab.mail.mails).toHaveLength(0);
  });

  test("is held for a claimed address and goes on when a person confirms it", async () => {
    await lab.publish([MAIL]);
    await lab.identify("eve", "eve@buyer.example", false);
    await lab.trigger("eve", "add_to_cart", { sku: "shoe" });
    await tick();
    const held = runs();
    await lab.app.post("/admin/contacts/1/confirm");
    await tick();

    expect(held).toMatchObject([{ state: "held", reason: "not confirmed" }]);
    expect(runs()).toMatchObject([{ state: "done" }]);
    expect(lab.mail.mails.map(({ to }) => to)).toEqual(["eve@buyer.example"]);
  });

  test("of a stranger who claimed an address stops when its owner turns up", async () => {
    await lab.publish([MAIL]);
    await lab.identify("eve", "ann@buyer.example", false);
    await lab.trigger("eve", "add_to_cart", { sku: "spam" });
    await tick();
    await lab.identify("ann", "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
    await lab.trigger("eve", "add_to_cart", { sku: "more spam" });
    await tick();

    expect(lab.mail.mails.map(({ mail }) => mail.subject)).toEqual(["Hi shoe"]);
    const contact = await (await lab.app.get("/admin/contacts/1")).text();
    expect(contact).not.toContain("spam");
  });

  test("fills in the event's property where it has the name of one of our own", async () => {
    await lab.publish([["email", { subject: "{{ event.name }} on {{ event.page }}", text: "x" }]]);
    await lab.identify("ann", "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", { name: "Trail shoe" });
    await tick();

    expect(lab.mail.mails[0]!.mail.subject).toBe("Trail shoe on /");
  });

  test("of a visitor nobody knows passes the mail by and calls the webhook", async () => {
    await lab.publish([MAIL, ["webhook", { url: lab.receiver.url }]]);
    await lab.trigger("who", "add_to_cart", { sku: "shoe" });
    await tick();

    expect(runs()).toMatchObject([{ state: "done" }]);
    expect(lab.mail.mails).toHaveLength(0);
    expect(JSON.parse(lab.receiver.requests[0]!.body).contact).toBeUndefined();
  });

  test("of a visitor who is identified while it waits mails the contact", async () => {
    await lab.publish([["wait", { ms: MINUTE }], MAIL]);
    await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
    await lab.identify("ann", "ann@buyer.example");
    await tick(MINUTE);

    expect(lab.mail.mails.map(({ to }) => to)).toEqual(["ann@buyer.example"]);
  });

  test("stands still while its flow is paused, and nobody enters", async () => {
    const id = await lab.publish([["wait", { ms: MINUTE }], MAIL]);
    await lab.identify("ann", "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
    await lab.app.post(`/admin/flows/${id}/pause`);
    await lab.trigger("bob", "add_to_cart", { sku: "hat" });
    await tick(2 * MINUTE);
    const paused = [runs().length, lab.mail.mails.length];
    await lab.app.post(`/admin/flows/${id}/resume`);
    await tick();

    expect(paused).toEqual([1, 0]);
    expect(lab.mail.mails).toHaveLength(1);
  });

  test("stays on its version when another is published", async () => {
    const id = await lab.publish([["wait", { ms: MINUTE }], MAIL]);
    await lab.identify("ann", "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
    const page = await (await lab.app.get(`/admin/flows/${id}?step=step1`)).text();
    const revision = /name="revision" value="(\d+)"/.exec(page)![1]!;
    await lab.app.post(`/admin/flows/${id}/steps/step1`, { revision, subject: "New", text: "New" });
    const next = String(Number(revision) + 1);
    await lab.app.post(`/admin/flows/${id}/publish`, { revision: next });
    await tick(MINUTE);
    await lab.identify("bob", "bob@buyer.example");
    await lab.trigger("bob", "add_to_cart", { sku: "hat" });
    await tick(MINUTE);

    expect(lab.mail.mails.map(({ mail }) => mail.subject)).toEqual(["Hi shoe", "New"]);
  });
});

describe("the entry rule", () => {
  test.each([
    ["every time", undefined, 2],
    ["never", undefined, 1],
    ["after", 10 * MINUTE, 1],
    ["after", MINUTE, 2],
  ] as const)("%s (%s) lets the same person in %d times", async (again, ms, times) => {
    await lab.publish([["webhook", { url: lab.receiver.url }]], { entry: { again, ms } });
    await lab.trigger("ann", "add_to_cart");
    await tick();
    await tick(2 * MINUTE);
    await lab.trigger("ann", "add_to_cart");
    await tick();

    expect(runs()).toHaveLength(times);
  });

  test("lets nobody in twice at once", async () => {
    await lab.publish([["wait", { ms: MINUTE }]]);
    await lab.trigger("ann", "add_to_cart");
    await lab.trigger("ann", "add_to_cart");

    expect(runs()).toHaveLength(1);
  });

  test("a filter lets in whose property passes", async () => {
    const trigger = { kind: "event", siteId: lab.siteId, event: "add_to_cart" } as const;
    const filter = { property: "value", operator: "more than", value: "50" } as const;
    await lab.publish([["wait", { ms: MINUTE }]], { trigger: { ...trigger, filter } });
    await lab.trigger("ann", "add_to_cart", { value: 50 });
    await lab.trigger("bob", "add_to_cart", { value: 50.5 });
    await lab.trigger("cat", "add_to_cart", { value: "a lot" });
    await lab.trigger("dan", "add_to_cart");

    expect(
      ask<{ key: string }>(
        lab.app,
        "select hex(key) as key from runs join visitors v on v.id = visitor_id",
      ),
    ).toEqual([{ key: keyOf(lab.app, visitorId("bob")) }]);
  });
});

describe("failures", () => {
  test("a mail server that says later gets the same mail later", async () => {
    await lab.publish([MAIL]);
    await lab.identify("ann", "ann@buyer.example");
    lab.mail.refuse(451);
    await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
    await tick();
    lab.mail.refuse(undefined);
    await tick(10_000);
    const soon = lab.mail.mails.length;
    await tick(30_000);

    expect(soon).toBe(0);
    expect(lab.mail.mails).toHaveLength(1);
  });

  test("a mail refused for good is dead, and goes out on a replay under the same key", async () => {
    await lab.publish([MAIL, ["webhook", { url: lab.receiver.url }]]);
    await lab.identify("ann", "ann@buyer.example");
    lab.mail.refuse(550);
    await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
    await tick();
    const failed = runs();
    const screen = await (await lab.app.get("/admin/runs/1")).text();
    lab.mail.refuse(undefined);
    await lab.app.post("/admin/messages/1/replay");
    await tick();

    expect(failed).toMatchObject([{ state: "failed", step_id: "step0" }]);
    expect(screen).toContain("Try again");
    expect(lab.mail.mails.map(({ mail }) => mail.messageId)).toEqual([
      expect.stringMatching(/^<1\.1\.[\w-]{12}@shop\.example>$/),
    ]);
    expect(runs()).toMatchObject([{ state: "done" }]);
  });

  test("without a mail server the message waits, with the reason, until there is one", async () => {
    const bare = await startFlowLab({ env: { FOOTFALL_SMTP_URL: "" } });
    await bare.publish([MAIL]);
    await bare.identify("ann", "ann@buyer.example");
    await bare.trigger("ann", "add_to_cart", { sku: "shoe" });
    await bare.app.acting.tick();
    const waiting = ask(bare.app, "select state, error, attempts from outbox");
    await bare.app.post("/admin/settings/email", {
      host: "127.0.0.1",
      port: String(bare.mail.port),
      security: "none",
      user: "",
      password: "",
      fromName: "Shop",
      fromAddress: "shop@shop.example",
    });
    bare.app.clock.move(MINUTE);
    await bare.app.acting.tick();

    expect(waiting).toEqual([{ state: "pending", error: "No mail server is set up", attempts: 0 }]);
    expect(bare.mail.mails).toHaveLength(1);
    await bare.close();
  });

  test("a webhook to a private address is refused and said", async () => {
    const strict = await startFlowLab({ env: { FOOTFALL_ALLOW_NETWORKS: "" } });
    await strict.publish([["webhook", { url: strict.receiver.url }]]);
    await strict.trigger("ann", "add_to_cart");
    await strict.app.acting.tick();

    expect(strict.receiver.requests).toHaveLength(0);
    const [run] = ask<{ state: string; reason: string }>(strict.app, "select * from runs");
    expect(run!.state).toBe("failed");
    expect(run!.reason).toContain("no public address");
    await strict.close();
  });

  test("a webhook that fails is tried for hours under one key, honouring Retry-After", async () => {
    await lab.publish([["webhook", { url: lab.receiver.url }]]);
    lab.receiver.answer(503, { "retry-after": "100" });
    await lab.trigger("ann", "add_to_cart");
    await tick();
    await tick(99_000);
    const before = lab.receiver.requests.length;
    await tick(1000);
    lab.receiver.answer(200);
    await tick(20 * MINUTE);

    expect(before).toBe(1);
    const keys = lab.receiver.requests.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(keys).size).toBe(1);
    expect(runs()).toMatchObject([{ state: "done" }]);
  });

  test("a restart in the middle goes on where it was", async () => {
    const directory = testFolder();
    const before = await startFlowLab({ directory });
    await before.publish([["wait", { ms: MINUTE }], MAIL]);
    await before.identify("ann", "ann@buyer.example");
    await before.trigger("ann", "add_to_cart", { sku: "shoe" });
    await before.close();
    const after = await startFlowLab({ directory, at: before.app.clock() + 3 * MINUTE });
    await after.app.acting.tick();

    expect(after.mail.mails.map(({ mail }) => mail.subject)).toEqual(["Hi shoe"]);
    await after.close();
    rmSync(directory, { recursive: true });
  });
});

describe("a mail", () => {
  test("carries no foreign link that came in a property, nor markup", async () => {
    await lab.publish([["email", { subject: "{{ event.sku }}", text: "Your {{ event.sku }}!" }]]);
    await lab.identify("ann", "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", {
      sku: "<b>x</b> https://evil.example/pay www.evil.example https://shop.example/fine",
    });
    await tick();

    const [{ mail, raw }] = lab.mail.mails as [(typeof lab.mail.mails)[number]];
    expect(raw).not.toContain("evil.example");
    expect(mail.html).toContain("&lt;b>x&lt;/b>");
    expect(mail.text).toMatch(/\/l\/[\w-]{22}/);
  });

  test("cannot grow headers from a subject with line breaks", async () => {
    await lab.publish([["email", { subject: "Hi {{ event.sku }}", text: "x" }]]);
    await lab.identify("ann", "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", { sku: "a\r\nBcc: eve@evil.example\r\n\r\nbody" });
    await tick();

    expect(lab.mail.mails).toHaveLength(1);
    expect(lab.mail.mails[0]!.mail.bcc).toBeUndefined();
    expect(lab.mail.mails[0]!.mail.subject).toContain("Bcc: eve");
  });

  test("is not sent to who unsubscribed, also while it waits for the server", async () => {
    await lab.publish([MAIL]);
    await lab.identify("ann", "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", { sku: "one" });
    await tick();
    lab.mail.refuse(451);
    await lab.trigger("ann", "add_to_cart", { sku: "two" });
    await tick();
    lab.mail.refuse(undefined);
    const link = /\/u\/[\w-]+/.exec(lab.mail.mails[0]!.mail.text ?? "")![0];
    await fetch(lab.app.url + link);
    await fetch(lab.app.url + link, { method: "POST", body: "List-Unsubscribe=One-Click" });
    await tick(MINUTE);

    expect(lab.mail.mails).toHaveLength(1);
    expect(runs().map(({ state }) => state)).toEqual(["done", "done"]);
  });
});

describe("the editor", () => {
  test("tells the second of two who save, and keeps the first", async () => {
    const id = await lab.publish([["wait", { ms: MINUTE }]]);
    const page = await (await lab.app.get(`/admin/flows/${id}`)).text();
    const revision = /name="revision" value="(\d+)"/.exec(page)![1]!;
    const save = (amount: string) =>
      lab.app.post(`/admin/flows/${id}/steps/step0`, { revision, amount, unit: "hours" });
    const first = await save("2");
    const second = await save("3");

    expect([first.status, second.status]).toEqual([303, 422]);
    expect(await second.text()).toContain("Somebody else changed this flow");
    expect(await (await lab.app.get(`/admin/flows/${id}`)).text()).toContain("Wait 2 hours");
  });

  test("names a mistake in a template with its line, and does not publish", async () => {
    const id = await lab.publish([["wait", { ms: MINUTE }]]);
    const page = await (await lab.app.get(`/admin/flows/${id}`)).text();
    const revision = Number(/name="revision" value="(\d+)"/.exec(page)![1]);
    await lab.app.post(`/admin/flows/${id}/steps`, {
      revision: String(revision),
      at: "0",
      kind: "email",
    });
    const changed = await (await lab.app.get(`/admin/flows/${id}`)).text();
    const step = /\?step=([0-9a-f]{8})/.exec(changed)![1]!;
    await lab.app.post(`/admin/flows/${id}/steps/${step}`, {
      revision: String(revision + 1),
      subject: "Hi",
      text: "fine\n{{ event.sku | shout }} {% if %}",
    });
    const published = await lab.app.post(`/admin/flows/${id}/publish`, {
      revision: String(revision + 2),
    });

    expect(published.status).toBe(422);
    expect(await published.text()).toMatch(/line:2/);
  });
});
