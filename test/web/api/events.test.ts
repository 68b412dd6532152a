import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { faultOf } from "../../../src/lib/json-schema.ts";
import { SCHEMAS } from "../../../src/web/api/document/schemas.ts";
import { callApi, makeApiKey } from "../../helpers/api.ts";
import { addTestSite, startApp, submission, type TestApp } from "../../helpers/app.ts";

const NOON = Date.UTC(2026, 10, 25, 12);
const EVENTS = 3000;

let app: TestApp;
let site: string;
let key: string;
beforeAll(async () => {
  app = await startApp({ at: NOON, env: { FOOTFALL_RATE_LIMIT: "0" } });
  site = await addTestSite(app);
  key = await makeApiKey(app);
  await app.send(site, submission({ url: "https://shop.example/=1+1" }));
  const props = { text: "x".repeat(450) };
  for (let sent = 1; sent < EVENTS; sent += 50) {
    const events = Array.from({ length: Math.min(50, EVENTS - sent) }, (_, index) => ({
      name: "undefined_yet",
      props: { ...props, number: sent + index },
    }));
    await app.send(site, submission({ events }));
  }
});
afterAll(() => app.close());

const query = (more: Record<string, string> = {}) =>
  new URLSearchParams({ site, from: "2026-11-25", until: "2026-11-25", ...more });
const get = (more?: Record<string, string>) => callApi(app, key, `/api/v1/events?${query(more)}`);

/** Waits for what happens in another thread, a turn of the loop at a time. */
async function until(holds: () => boolean) {
  while (!holds()) await new Promise(setImmediate);
}

describe("GET /api/v1/events", () => {
  test("gives every event with everything recorded, defined or not", async () => {
    const response = await get();
    const lines = (await response.text()).trimEnd().split("\n");
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);

    expect(response.headers.get("content-type")).toStartWith("application/jsonl");
    expect(events).toHaveLength(EVENTS);
    const shape = { $ref: "#/components/schemas/ExportedEvent" };
    expect(events.map((event) => faultOf(shape, event, SCHEMAS)).filter(Boolean)).toEqual([]);
    expect(events[0]).toMatchObject({
      at: "2026-11-25T12:00:00.000Z",
      site: "shop.example",
      event: "page_view",
      page: "/=1+1",
      visitor: 1,
      newVisitor: true,
      contact: null,
      country: "DE",
      properties: null,
    });
    const numbers = events
      .slice(1)
      .map(({ properties }) => (properties as { number: number }).number);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
  });

  test("gives CSV with a line of names, safe for spreadsheets", async () => {
    const response = await get({ format: "csv" });
    const text = await response.text();
    const [head, first] = text.split("\r\n") as [string, string];

    expect(response.headers.get("content-disposition")).toContain("shop.example-events.csv");
    expect(head).toStartWith("at,site,event,page,");
    expect(first.split(",")).toHaveLength(head.split(",").length);
    expect(first).toStartWith("2026-11-25T12:00:00.000Z,shop.example,page_view,/=1+1,");
    expect(text.trimEnd().split("\r\n")).toHaveLength(EVENTS + 1);
  });

  test("gives the period that is asked for, and nothing else", async () => {
    const later = await get({ from: "2026-11-26", until: "2026-11-30" });
    const exact = await get({ from: String(NOON), until: String(NOON + 1) });

    expect(await later.text()).toBe("");
    expect((await exact.text()).split("\n")).toHaveLength(EVENTS + 1);
  });

  test("ends when the reader goes away", async () => {
    // Past a socket, whose buffers would take all of it.
    const response = await app.web.handle(
      new Request(`${app.url}/api/v1/events?${query()}`, {
        headers: { authorization: `Bearer ${key}` },
      }),
    );
    const reader = response.body!.getReader();
    await reader.read();
    const before = app.stats.streaming();

    await reader.cancel();
    await until(() => app.stats.streaming() === 0);

    expect(before).toBe(1);
  });

  test("refuses more exports at once than the machine should carry, and says when", async () => {
    const period = { from: NOON, until: NOON + 1 };
    const question = { siteId: 1, domain: "x", format: "csv", period, zone: "UTC" } as const;
    const running = Array.from({ length: 3 }, () => app.stats.stream(question));
    await Promise.all(running.map((stream) => stream.next()));

    const response = await get();
    await Promise.all(running.map((stream) => stream.return()));
    const later = await get();

    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(later.status).toBe(200);
    await later.text();
  });

  test.each([
    [{ site: "nope" }, 404, "site: this key knows no site"],
    [{ from: "soon" }, 400, "from: must be a day like"],
    [{ until: "2026-11-24" }, 400, "until: must be after the beginning"],
    [{ format: "xml" }, 400, "format: must be one of jsonl, csv"],
    [{ limit: "5" }, 400, "limit: is not known"],
  ] as const)("tells what is wrong with %j", async (more, status, message) => {
    const response = await get(more);

    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toContain(message);
  });
});
