import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { addTestSite, submission } from "../helpers/app.ts";
import { startFlowLab, visitorId, type FlowLab } from "../helpers/flows.ts";
import { ask, keyOf, storedEvents } from "../helpers/rows.ts";

// What somebody who knows a site's key, and may sign in there as a customer, can do to others.

const MINUTE = 60_000;
const CART = ["email", { subject: "Cart {{ event.sku }}", text: "Hello {{ contact.name }}" }];

let lab: FlowLab;
beforeEach(async () => {
  lab = await startFlowLab();
});
afterEach(() => lab.close());

const publish = () => lab.publish([CART as [string, Record<string, unknown>]]);
const tick = async (ms = 0) => {
  lab.app.clock.move(ms);
  await lab.app.acting.tick();
};
const mails = () => lab.mail.mails.map(({ to, mail }) => `${to}: ${mail.subject}`);
const contactOf = (visitor: string) =>
  storedEvents(lab.app).findLast((event) => event.visitor === keyOf(lab.app, visitorId(visitor)))
    ?.contact;

/** Says who a visitor is; `signed` is the text its site's server signs. */
async function say(
  visitor: string,
  props: Record<string, unknown>,
  signed?: string,
  key = lab.key,
  url?: string,
) {
  const secret = lab.app.sites.identifySecretOf(lab.app.sites.find(key)!.id)!;
  const signature = signed && createHmac("sha256", secret).update(signed).digest("hex");
  const events = [{ name: "identify", props, ...(signature && { signature }) }];
  const body = submission({ visitor: visitorId(visitor), events, ...(url && { url }) });
  const response = await lab.app.send(key, body);
  return String(((await response.json()) as { notes?: string[] }).notes ?? "");
}

describe("a claim of somebody's address", () => {
  test("gives way with all it began, also after it went on to another address", async () => {
    await publish();
    await say("eve", { email: "ann@buyer.example", name: "Poison, call 0900-123" });
    await lab.trigger("eve", "add_to_cart", { sku: "evil" });
    await tick();
    await say("eve", { email: "other@buyer.example" });

    await say("ann", { email: "ann@buyer.example" }, "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
    await tick();

    expect(mails()).toEqual(["ann@buyer.example: Cart shoe"]);
    expect(lab.mail.mails[0]!.mail.text).not.toContain("Poison");
    expect(ask(lab.app, "select distinct visitor_id from contact_events where contact_id = 1")) //
      .toHaveLength(1);
  });

  test("gives way also where both come in the same moment", async () => {
    await publish();
    await say("eve", { email: "ann@buyer.example" });
    const secret = lab.app.sites.identifySecretOf(lab.siteId)!;
    const signature = createHmac("sha256", secret).update("ann@buyer.example").digest("hex");
    const evil = submission({
      visitor: visitorId("eve"),
      events: [{ name: "add_to_cart", props: { sku: "evil" } }],
    });
    const ann = submission({
      visitor: visitorId("ann"),
      events: [{ name: "identify", props: { email: "ann@buyer.example" }, signature }],
    });

    await Promise.all([lab.app.send(lab.key, evil), lab.app.send(lab.key, ann)]);
    await Promise.all([lab.app.send(lab.key, evil), lab.app.send(lab.key, ann)]);
    await tick();

    expect(mails()).toEqual([]);
    expect(ask(lab.app, "select * from contact_events where name = 'add_to_cart'")).toEqual([]);
  });

  test("keeps nothing else it said of that person: no second address, no phone", async () => {
    await say("eve", { email: "eve@evil.example", id: "cust-1" });
    await say("ann", { id: "cust-1" }, "id:cust-1");

    expect(ask(lab.app, "select kind, value from identities")).toEqual([
      { kind: "id", value: "cust-1" },
    ]);
  });
});

describe("a signature", () => {
  test("vouches for what it signs: an id beside it is nobody's", async () => {
    await publish();
    await say("eve", { email: "eve@evil.example", id: "cust-1" }, "eve@evil.example");
    await lab.trigger("eve", "page_view");
    await say("ann", { id: "cust-1" }, "id:cust-1");
    await lab.trigger("ann", "add_to_cart", { sku: "secret" });
    await tick();

    expect(contactOf("ann")).not.toBe(contactOf("eve"));
    expect(mails()).toEqual([]);
  });

  test("may sign all of a call, joined by line breaks", async () => {
    const text = "ann@buyer.example\n+49301234567\nid:42";
    await say("ann", { id: 42, phone: "+49 30 1234567", email: "Ann@Buyer.example" }, text);

    const rows = ask<{ kind: string; verified_by: string }>(
      lab.app,
      "select kind, verified_by from identities order by kind",
    );
    expect(rows.map(({ kind }) => kind)).toEqual(["email", "id", "phone"]);
    expect(rows.every((row) => row.verified_by === "signed identify")).toBe(true);
  });

  test("of an id does not vouch for an address that reads the same", async () => {
    const notes = await say("eve", { email: "ann@buyer.example" }, "id:ann@buyer.example");

    expect(notes).toContain("signature does not match");
    expect(ask(lab.app, "select * from contacts")).toEqual([]);
  });

  test("of an id means one site's customer", async () => {
    const other = await addTestSite(lab.app, "other.example");
    await say("ann", { email: "ann@buyer.example", id: 42 }, "ann@buyer.example\nid:42");
    await say("bob", { id: 42 }, "id:42", other, "https://other.example/");

    expect(ask(lab.app, "select count(*) as n from contacts")).toEqual([{ n: 2 }]);
  });

  test("takes an identity that somebody else only claims, and leaves a verified one", async () => {
    await say("ann", { email: "ann@buyer.example" }, "ann@buyer.example");
    await say("bob", { email: "bob@buyer.example", phone: "+49301234567" });
    await say("ann", { phone: "+49301234567" }, "+49301234567");
    await say("bob", { email: "bob@buyer.example" }, "bob@buyer.example");
    await say("bob", { email: "bob@buyer.example", phone: "+49301234567" }, "bob@buyer.example");
    await lab.trigger("ann", "page_view");
    await lab.trigger("bob", "page_view");

    expect(
      ask(lab.app, "select value, verified_at is not null as verified from identities"),
    ).toEqual([
      { value: "ann@buyer.example", verified: 1 },
      { value: "bob@buyer.example", verified: 1 },
      { value: "+49301234567", verified: 1 },
    ]);
    expect(contactOf("ann")).not.toBe(contactOf("bob"));
  });
});

test("an address in other letters is the same address: unsubscribed is unsubscribed", async () => {
  await publish();
  await say("ann", { email: "ann@buyer.example" }, "ann@buyer.example");
  await say("eve", { email: "ann@ｂuyer.example" }, "ann@buyer.example");

  expect(ask(lab.app, "select value from identities")).toEqual([{ value: "ann@buyer.example" }]);
});

describe("a visitor who asks for privacy", () => {
  test("is nobody, also at the address and browser of somebody who is known", async () => {
    const key = await addTestSite(lab.app, "quiet.example", "cookieless");
    const events = [{ name: "page_view" }];
    const page = { visitor: undefined, url: "https://quiet.example/" };
    const secret = lab.app.sites.identifySecretOf(lab.app.sites.find(key)!.id)!;
    const signature = createHmac("sha256", secret).update("ann@buyer.example").digest("hex");
    const said = { name: "identify", props: { email: "ann@buyer.example" }, signature };
    await lab.app.send(key, submission({ ...page, events: [said, ...events] }));

    await lab.app.send(key, submission({ ...page, events }), { "sec-gpc": "1" });
    await lab.app.send(key, submission({ ...page, events, consent: "denied" }));

    expect(storedEvents(lab.app).map(({ contact }) => contact)).toEqual([1, null, null]);
  });
});

describe("who opens a link", () => {
  /** Opens the mail's link in a browser and acts. */
  const arrive = async (visitor: string) => {
    const link = /\/l\/[\w-]+/.exec(lab.mail.mails.at(-1)!.mail.text!)![0];
    const opened = await fetch(lab.app.url + link, {
      redirect: "manual",
      headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36" },
    });
    const token = new URL(opened.headers.get("location")!).searchParams.get("ff_id");
    const body = (events: { name: string }[]) =>
      submission({ visitor: visitorId(visitor), link: token, events });
    await lab.app.send(lab.key, body([{ name: "page_view" }]));
    return () => lab.app.send(lab.key, body([{ name: "interact" }]));
  };
  const mailAnn = async () => {
    await lab.publish([["email", { subject: "Hi", text: "https://shop.example/x" }]], {
      event: "purchase",
    });
    await say("ann", { email: "ann@buyer.example" }, "ann@buyer.example");
    await lab.trigger("ann", "purchase");
    await tick();
  };

  test("is not sent what somebody else began at that browser before", async () => {
    await mailAnn();
    await lab.publish([["wait", { ms: MINUTE }], CART as [string, Record<string, unknown>]]);
    await lab.trigger("shared", "add_to_cart", { sku: "somebody else's" });
    lab.app.clock.move(1000);

    const act = await arrive("shared");
    await act();
    await tick(MINUTE);

    expect(mails()).toEqual(["ann@buyer.example: Hi"]);
  });

  test("is named in a webhook that waits for the first act", async () => {
    await mailAnn();
    await lab.publish([["webhook", { url: lab.receiver.url }]], { event: "page_view" });

    const act = await arrive("phone");
    await tick();
    const before = lab.receiver.requests.length;
    await act();
    await tick();

    expect(before).toBe(0);
    expect(JSON.parse(lab.receiver.requests[0]!.body).contact).toMatchObject({
      email: "ann@buyer.example",
    });
  });

  test("has on their page what they began before they acted, also where it is over", async () => {
    await mailAnn();
    const flowId = await lab.publish([["wait", { ms: 1000 }]], { event: "page_view" });

    const act = await arrive("phone");
    await tick(1000);
    await act();

    expect(ask(lab.app, `select state, contact_id from runs where flow_id = ${flowId}`)).toEqual([
      { state: "done", contact_id: 1 },
    ]);
  });

  test("who never acts is called anonymous in the webhook after a minute", async () => {
    await mailAnn();
    await lab.publish([["webhook", { url: lab.receiver.url }]], { event: "page_view" });

    await arrive("scanner");
    await tick(MINUTE);

    expect(JSON.parse(lab.receiver.requests[0]!.body).contact).toBeUndefined();
  });
});
