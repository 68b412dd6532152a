import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addTestSite, eventId, startApp, submission, type TestApp } from "../helpers/app.ts";
import { until } from "../helpers/browser.ts";
import { ask, keyOf, storedEvents } from "../helpers/rows.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp();
  key = await addTestSite(app);
});
afterAll(() => app.close());

/** What a body is answered, and how many events are stored by it. */
async function send(body: unknown, headers?: Record<string, string>) {
  const before = storedEvents(app).length;
  const response = await app.send(key, body, headers);
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, answer, stored: storedEvents(app).length - before, response };
}

describe("POST /e/:key", () => {
  test("answers 202 once the event can be read by others", async () => {
    const { status, answer, stored } = await send(submission());

    expect({ status, answer, stored }).toEqual({ status: 202, answer: { stored: 1 }, stored: 1 });
  });

  test("counts a repeat once, in the same batch, a later one and after a restart", async () => {
    const other = await startApp();
    const site = await addTestSite(other);
    const id = eventId();
    const body = submission({
      events: [
        { name: "page_view", id },
        { name: "page_view", id },
      ],
    });

    await Promise.all([other.send(site, body), other.send(site, body)]);
    const late = await other.send(site, body);

    expect(late.status).toBe(202);
    expect(storedEvents(other)).toHaveLength(1);
    await other.close();
  });

  test.each([
    ["malformed JSON", "{", 400, "not valid JSON"],
    ["a list", "[]", 400, "must be a JSON object"],
    ["invalid UTF-8", new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 400, "UTF-8"],
    ["another version", { ...submission(), v: 9 }, 400, "format 1"],
    ["no events", { ...submission(), events: [] }, 400, "events"],
    [
      "too many events",
      submission({ events: Array.from({ length: 51 }, () => ({ name: "x" })) }),
      400,
      "at most 50",
    ],
    ["a number as page", { ...submission(), page: 7 }, 400, "page"],
    ["a script as address", submission({ url: "javascript:alert(1)" }), 400, "page.url"],
    ["a bad visitor", submission({ visitor: "no" }), 400, "visitor"],
    ["a bad consent", submission({ consent: "maybe" }), 400, "consent"],
    ["a bad name", submission({ events: [{ name: "a b" }] }), 400, "name"],
    ["a bad id", submission({ events: [{ name: "x", id: "<script>" }] }), 400, "id"],
    ["a time in the future", submission({ events: [{ name: "x", age: -1 }] }), 400, "age"],
    ["no time", submission({ events: [{ name: "x", age: null }] }), 400, "age"],
    ["properties as list", submission({ events: [{ name: "x", props: [1] }] }), 400, "props"],
    [
      "properties too deep",
      submission({ events: [{ name: "x", props: { a: [[[[[[1]]]]]] } }] }),
      400,
      "deep",
    ],
    [
      "properties too long",
      submission({
        events: [
          {
            name: "x",
            props: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i, "y".repeat(400)])),
          },
        ],
      }),
      400,
      "4096",
    ],
    ["a foreign page", submission({ url: "https://evil.example/" }), 403, "evil.example"],
  ])("refuses %s and names what is wrong", async (_, body, status, words) => {
    const result = await send(body);

    expect(result.status).toBe(status);
    expect(String(result.answer.error)).toContain(words);
    expect(result.stored).toBe(0);
  });

  test("refuses a foreign origin, and accepts names below the site's", async () => {
    const foreign = await send(submission(), { origin: "https://shop.example.evil.test" });
    const below = await send(submission({ url: "https://www.shop.example/" }), {
      origin: "https://www.shop.example",
    });

    expect([foreign.status, below.status]).toEqual([403, 202]);
  });

  test("refuses an unknown site", async () => {
    const response = await app.send("nobody", submission());

    expect(response.status).toBe(404);
    await until(async () => {
      app.clock.move(2000);
      return (await (await app.get("/admin/sites")).text()).includes("a key that no site has");
    }, "the owner can see it");
  });

  test("refuses 10 MB with 413, and reads on for the next", async () => {
    const response = await app.send(key, "x".repeat(10 * 1024 * 1024)).catch(() => undefined);
    const small = await send("y".repeat(65 * 1024));

    expect(response?.status ?? 413).toBe(413);
    expect([small.status, small.stored]).toEqual([413, 0]);
    expect((await send(submission())).status).toBe(202);
  });

  test("takes robots with 202 and keeps them apart", async () => {
    const result = await send(submission(), { "user-agent": "Googlebot/2.1" });

    expect([result.status, result.stored]).toEqual([202, 0]);
  });

  test("drops what is older than three days and stores the rest", async () => {
    const fourDays = 4 * 24 * 3600 * 1000;
    const result = await send(
      submission({ events: [{ name: "page_view", age: fourDays }, { name: "page_view" }] }),
    );

    expect([result.status, result.stored]).toEqual([202, 1]);
  });

  test("stores scripts in every field as text, and no page runs them", async () => {
    const script = '"><script>alert(1)</script>';
    const result = await send(
      submission({
        url: `https://shop.example/${encodeURIComponent(script)}`,
        page: { title: script, referrer: script, zone: script, language: script },
        events: [{ name: "page_view", props: { [script]: script } }],
      }),
    );
    const pages = await Promise.all(
      ["", "/live", "/events", "/refused"].map(async (path) =>
        (await app.get(`/admin/sites/${key}${path}`)).text(),
      ),
    );

    expect(result.status).toBe(202);
    for (const page of pages) expect(page).not.toContain("<script>alert");
  });

  test("keeps events nobody defined apart, and counts them once they are adopted", async () => {
    await send(submission());
    const first = await send(submission({ events: [{ name: "wish", props: { sku: "a" } }] }));
    const list = await (await app.get(`/admin/sites/${key}/events`)).text();
    const adopted = await app.post(`/admin/sites/${key}/events/adopt`, { name: "wish" });
    const second = await send(submission({ events: [{ name: "wish" }] }));
    const after = await (await app.get(`/admin/sites/${key}/events`)).text();

    expect(first.answer).toEqual({ stored: 1, undefined: ["wish"] });
    expect(list).toContain("Seen, but not defined");
    expect(adopted.status).toBe(303);
    expect(second.answer).toEqual({ stored: 1 });
    expect(after).not.toContain("Seen, but not defined");
    expect(after).toMatch(/wish<\/b>.*?<td class="num right">2<\/td>/s);
  });

  test("shows each reason why something was not recorded", async () => {
    await app.send(key, "{");
    app.clock.move(2000);
    await Bun.sleep(1200);
    const page = await (await app.get(`/admin/sites/${key}/refused`)).text();

    for (const name of ["Robots", "From another domain", "Not understood", "Too old"]) {
      expect(page).toContain(name);
    }
  });

  test("begins another session after 30 minutes, and not before", async () => {
    const visitor = "visitor-of-sessions-1";
    await send(submission({ visitor }));
    app.clock.move(29 * 60_000);
    await send(submission({ visitor }));
    app.clock.move(31 * 60_000);
    await send(submission({ visitor }));

    const mine = storedEvents(app).filter((event) => event.visitor === keyOf(app, visitor));
    expect(mine[0]!.session).toBe(mine[1]!.session);
    expect(mine[1]!.session).not.toBe(mine[2]!.session);
  });

  test("puts a late event into the session it belongs to", async () => {
    const visitor = "visitor-who-was-late-1";
    await send(submission({ visitor }));
    app.clock.move(5 * 3600_000);
    await send(submission({ visitor }));
    await send(submission({ visitor, events: [{ name: "page_view", age: 5 * 3600_000 - 1000 }] }));

    const mine = storedEvents(app).filter((event) => event.visitor === keyOf(app, visitor));
    expect(mine[2]!.session).toBe(mine[0]!.session);
  });
});

describe("limits", () => {
  test("one address gets 429 with Retry-After past its limit, others go on", async () => {
    const limited = await startApp({
      env: { FOOTFALL_RATE_LIMIT: "5", FOOTFALL_TRUST_PROXY: "1" },
    });
    const site = await addTestSite(limited);
    const from = (address: string) =>
      limited.send(site, submission(), { "x-forwarded-for": address });

    const answers = [];
    for (let index = 0; index < 6; index += 1) answers.push(await from("203.0.113.1"));
    const other = await from("203.0.113.2");
    limited.clock.move(60_000);
    const later = await from("203.0.113.1");

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 429]);
    expect(Number(answers[5]!.headers.get("retry-after"))).toBeGreaterThan(0);
    expect([other.status, later.status]).toEqual([202, 202]);
    await limited.close();
  });

  test("without a trusted proxy nobody can claim another address", async () => {
    const limited = await startApp({ env: { FOOTFALL_RATE_LIMIT: "2" } });
    const site = await addTestSite(limited);

    const statuses = [];
    for (let index = 0; index < 3; index += 1) {
      const headers = { "x-forwarded-for": `203.0.113.${index}` };
      statuses.push((await limited.send(site, submission(), headers)).status);
    }

    expect(statuses).toEqual([202, 202, 429]);
    await limited.close();
  });
});

test("batches of every size store each event once", async () => {
  const crowd = await startApp({ env: { FOOTFALL_RATE_LIMIT: "0" } });
  const site = await addTestSite(crowd);

  let sent = 0;
  for (const size of [1, 2, 7, 8, 9, 63, 64, 65, 127, 129, 200]) {
    const bodies = Array.from({ length: size }, (_, index) =>
      submission({ visitor: `visitor-in-crowd-${String(index % 50).padStart(4, "0")}` }),
    );
    const answers = await Promise.all(bodies.map((body) => crowd.send(site, body)));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    sent += size;
  }

  expect(storedEvents(crowd)).toHaveLength(sent);
  const [row] = ask<{ total: number }>(crowd, "select sum(views + events) as total from sessions");
  expect(row!.total).toBe(sent);
  await crowd.close();
});
