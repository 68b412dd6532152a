import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { AGENT, submission } from "../helpers/app.ts";
import { until } from "../helpers/browser.ts";
import { startFlowLab, visitorId, type FlowLab } from "../helpers/flows.ts";
import { ask, keyOf, storedEvents } from "../helpers/rows.ts";

const MINUTE = 60_000;

let lab: FlowLab;
let link = "";
beforeAll(async () => {
  lab = await startFlowLab();
  await lab.publish([["email", { subject: "Hi", text: "See https://shop.example/x" }]]);
  await lab.identify("ann", "ann@buyer.example");
  await lab.trigger("ann", "add_to_cart");
  await lab.app.acting.tick();
  link = /\/l\/[\w-]+/.exec(lab.mail.mails[0]!.mail.text!)![0];
});
afterAll(() => lab.close());

/** Follows the link of the mail. @returns The one-time parameter, if there is one. */
async function follow(agent = AGENT, method = "GET") {
  const response = await fetch(lab.app.url + link, {
    method,
    redirect: "manual",
    headers: { "user-agent": agent },
  });
  const location = new URL(response.headers.get("location")!);
  return location.searchParams.get("ff_id");
}

/** Opens the page with a parameter, and acts on it or not. */
async function visit(visitor: string, token: string, acts: boolean, headers = {}) {
  const events = [{ name: "page_view" }, ...(acts ? [{ name: "interact" }] : [])];
  const body = submission({ visitor: visitorId(visitor), link: token, events });
  await lab.app.send(lab.key, body, headers);
  const mine = storedEvents(lab.app).filter(
    (event) => event.visitor === keyOf(lab.app, visitorId(visitor)),
  );
  return mine.at(-1) ?? storedEvents(lab.app).at(-1)!;
}

describe("a one-time parameter", () => {
  test("ties who acts, from the click on, and gives the visit its source", async () => {
    await lab.trigger("new", "page_view");
    lab.app.clock.move(MINUTE);
    const token = (await follow())!;
    const seen = await visit("new", token, true);

    expect(seen).toMatchObject({ contact: 1, source: "email" });
    const mine = storedEvents(lab.app).filter(
      (event) => event.visitor === keyOf(lab.app, visitorId("new")),
    );
    expect(mine.map(({ contact }) => contact)).toEqual([null, 1]);
  });

  test("ties nobody who does not act: mail scanners open links too", async () => {
    const seen = await visit("scan", (await follow())!, false);

    expect(seen).toMatchObject({ contact: null, source: "email" });
  });

  test("is none for a machine by its own account, nor for a mere look", async () => {
    expect(await follow("Googlebot/2.1")).toBeNull();
    expect(await follow(AGENT, "HEAD")).toBeNull();
  });

  test.each([
    ["forged", () => Promise.resolve("A".repeat(22))],
    ["malformed", () => Promise.resolve("<script>")],
    [
      "expired",
      async () => {
        const token = (await follow())!;
        lab.app.clock.move(11 * MINUTE);
        return token;
      },
    ],
    [
      "used",
      async () => {
        const token = (await follow())!;
        await visit("first", token, true);
        return token;
      },
    ],
  ])("that is %s is an anonymous visit", async (name, make) => {
    const seen = await visit(`bad-${name}`, await make(), true);

    expect(seen).toMatchObject({ contact: null, source: "direct" });
  });

  test("ties nobody who asks not to be tracked", async () => {
    const seen = await visit("gpc", (await follow())!, true, { "sec-gpc": "1" });

    expect(seen).toMatchObject({ contact: null, kind: "cookieless" });
  });

  test("does not tie who is somebody else already: forwarded mail", async () => {
    await lab.identify("bob", "bob@buyer.example");
    await lab.trigger("bob", "page_view");
    const bob = storedEvents(lab.app).at(-1)!.contact;
    const seen = await visit("bob", (await follow())!, true);

    expect(bob).not.toBe(1);
    expect(seen.contact).toBe(bob);
  });

  test("lies in the database as a hash only", async () => {
    const token = (await follow())!;

    expect(JSON.stringify(ask(lab.app, "select * from arrivals"))).not.toContain(token);
  });
});

describe("links of a mail", () => {
  test("to other hosts carry nothing, and unknown ones say so", async () => {
    await lab.publish([["email", { subject: "Out", text: "https://partner.example/a?b=1" }]], {
      event: "purchase",
    });
    await lab.trigger("ann", "purchase");
    await lab.app.acting.tick();
    const out = /\/l\/[\w-]+/.exec(lab.mail.mails.at(-1)!.mail.text!)![0];
    const response = await fetch(lab.app.url + out, {
      redirect: "manual",
      headers: { "user-agent": AGENT },
    });
    const unknown = await fetch(`${lab.app.url}/l/unknown`);

    expect(response.headers.get("location")).toBe("https://partner.example/a?b=1");
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toContain("leads nowhere");
  });

  test("an unsubscribe link acts on POST alone", async () => {
    const address = /\/u\/[\w-]+/.exec(lab.mail.mails[0]!.mail.text!)![0];
    await fetch(lab.app.url + address);
    const before = ask(lab.app, "select * from suppressions");
    await fetch(lab.app.url + address, { method: "POST" });
    await fetch(lab.app.url + address, { method: "POST" });

    expect(before).toEqual([]);
    expect(ask(lab.app, "select address, reason from suppressions")).toEqual([
      { address: "ann@buyer.example", reason: "unsubscribed" },
    ]);
  });
});

describe("identify", () => {
  test("without a signature never touches a verified contact", async () => {
    const events = [
      { name: "identify", props: { email: "ann@buyer.example", first_name: "Mallory" } },
      { name: "page_view" },
    ];
    const body = submission({ visitor: visitorId("mallory"), events });
    const answer = await (await lab.app.send(lab.key, body)).json();

    expect(String(answer.notes)).toContain("sign the call");
    expect(storedEvents(lab.app).at(-1)!.contact).toBeNull();
    expect(ask(lab.app, "select * from variables where value = 'Mallory'")).toEqual([]);
  });

  test("with a wrong signature is refused, and with a right one moves the past along", async () => {
    await lab.trigger("zoe", "page_view");
    const forged = submission({
      visitor: visitorId("zoe"),
      events: [{ name: "identify", props: { email: "zoe@x.example" }, signature: "00" }],
    });
    const refused = await (await lab.app.send(lab.key, forged)).json();
    await lab.identify("zoe", "zoe@x.example");
    const mine = storedEvents(lab.app).filter(
      ({ visitor }) => visitor === keyOf(lab.app, visitorId("zoe")),
    );

    expect(String(refused.notes)).toContain("signature does not match");
    expect(mine.every(({ contact }) => contact !== null)).toBe(true);
    await until(async () => {
      const page = await lab.app.get(`/admin/contacts/${mine[0]!.contact}`);
      return (await page.text()).includes("Viewed a page");
    }, "the past is on the timeline");
  });
});
