import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  findUnsubscriber,
  openImage,
  openLink,
  unsubscribe,
  type Opening,
} from "../../src/messages/links.ts";
import { addMessage } from "../../src/messages/outbox.ts";
import type { Connection } from "../../src/store/connection.ts";
import { openTestStore, type TestStore } from "../helpers/store.ts";

const AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";
const ADDRESS = "ann@buyer.example";

let opened: TestStore;
beforeEach(async () => {
  opened = openTestStore();
  await send("1.1", "https://shop.example/shoes?q=a%20b&flag#top");
});
afterEach(() => opened.remove());

const write = <T>(change: (connection: Connection) => T) =>
  opened.write((_, connection) => change(connection));
const send = (key: string, url: string) =>
  write((connection) =>
    addMessage(
      connection,
      {
        key,
        channel: "email",
        recipient: ADDRESS,
        payload: {},
        runId: null,
        flowId: null,
        stepId: null,
        contactId: 7,
        siteId: 1,
        links: [
          { token: `page-${key}`, kind: "page", url },
          { token: `stop-${key}`, kind: "unsubscribe", url: null },
          { token: `open-${key}`, kind: "open", url: null },
        ],
      },
      opened.now(),
    ),
  );
const open = (token: string, more: Partial<Opening> = {}) =>
  write((connection) =>
    openLink(
      connection,
      token,
      { agent: AGENT, looksOnly: false, now: opened.now(), ...more },
      (host) => (host === "shop.example" ? 3 : undefined),
    ),
  );
const rows = <Row = Record<string, unknown>>(sql: string) =>
  opened.reader.database.prepare(sql).all() as Row[];

describe("openLink()", () => {
  test("adds a one-time parameter for our site, and changes nothing else of the address", async () => {
    const to = await open("page-1.1");

    const [, token] = /^https:\/\/shop\.example\/shoes\?q=a%20b&flag&ff_id=([\w-]{22})#top$/.exec(
      to!,
    )!;
    const hash = createHash("sha256").update(token!).digest("hex");
    expect(rows("select * from arrivals")).toMatchObject([
      { token_hash: hash, contact_id: 7, site_id: 3, until: opened.now() + 600_000 },
    ]);
    expect(JSON.stringify(rows("select * from arrivals"))).not.toContain(token!);
  });

  test("gives each opening a parameter of its own", async () => {
    expect(await open("page-1.1")).not.toBe(await open("page-1.1"));
  });

  test("replaces a parameter that the address has already", async () => {
    await send("2.1", "https://shop.example/?ff_id=forged&a=1");

    expect(await open("page-2.1")).toMatch(/^https:\/\/shop\.example\/\?a=1&ff_id=[\w-]{22}$/);
  });

  test("gives other hosts none", async () => {
    await send("2.1", "https://other.example/?a=1");

    expect(await open("page-2.1")).toBe("https://other.example/?a=1");
    expect(rows("select * from arrivals")).toEqual([]);
  });

  test.each([
    ["a scanner", { agent: "GoogleImageProxy bot" }],
    ["a mere look", { looksOnly: true }],
  ])("tells %s apart, and gives it no parameter", async (_, more) => {
    const to = await open("page-1.1", more);

    expect(to).not.toContain("ff_id");
    expect(rows("select kind, machine from clicks")).toEqual([{ kind: "click", machine: 1 }]);
  });

  test.each(["nope", "stop-1.1", "open-1.1", "' or 1=1 --"])("knows no page %p", async (token) => {
    expect(await open(token)).toBeUndefined();
    expect(rows("select * from clicks")).toEqual([]);
  });
});

test("openImage() notes an opening, and nothing for a token that is none", async () => {
  const opening = { agent: AGENT, looksOnly: false, now: opened.now() };

  await write((connection) => openImage(connection, "open-1.1", opening));
  await write((connection) => openImage(connection, "page-1.1", opening));

  expect(rows("select kind, contact_id from clicks")).toEqual([{ kind: "open", contact_id: 7 }]);
});

describe("unsubscribe()", () => {
  test("keeps the address from all mail, also when it is done twice, and years later", async () => {
    opened.now.move(10 * 365 * 86_400_000);

    const first = await write((c) => unsubscribe(c, "stop-1.1", opened.now()));
    const second = await write((c) => unsubscribe(c, "stop-1.1", opened.now()));

    expect([first, second]).toEqual([true, true]);
    expect(rows("select channel, address, reason from suppressions")).toEqual([
      { channel: "email", address: ADDRESS, reason: "unsubscribed" },
    ]);
  });

  test("is not done by looking", async () => {
    const whom = await write((c) => findUnsubscriber(c, "stop-1.1"));

    expect(whom?.address).toBe(ADDRESS);
    expect(rows("select * from suppressions")).toEqual([]);
  });

  test("knows no other token", async () => {
    expect(await write((c) => unsubscribe(c, "page-1.1", 0))).toBe(false);
    expect(rows("select * from suppressions")).toEqual([]);
  });
});
