import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { parseEventName } from "../../src/events/definition.ts";
import { checkDatabase } from "../../src/store/backup.ts";
import { addTestSite, startApp, submission, type TestApp } from "../helpers/app.ts";
import { ask, keyOf, storedEvents } from "../helpers/rows.ts";

const MINUTE = 60_000;

let app: TestApp;
let key: string;
let visitor: string;
let visitors = 0;
beforeAll(async () => {
  app = await startApp({ env: { FOOTFALL_RATE_LIMIT: "0" } });
  key = await addTestSite(app);
});
beforeEach(() => {
  visitors += 1;
  visitor = `visitor-${String(visitors).padStart(12, "0")}`;
  // Past every visit of the test before.
  app.clock.move(48 * 60 * MINUTE);
});
afterAll(() => app.close());

const looked = (props: unknown, more: object = {}) => ({ name: "engagement", props, ...more });

async function send(...events: Record<string, unknown>[]) {
  const response = await app.send(key, submission({ visitor, events }));
  return { status: response.status, ...((await response.json()) as object) } as {
    status: number;
    stored: number;
    notes?: string[];
  };
}

const mine = () => storedEvents(app).filter((event) => event.visitor === keyOf(app, visitor));
const sessions = () =>
  ask<{ started_at: number; last_at: number; views: number; events: number }>(
    app,
    `select s.started_at, s.last_at, s.views, s.events from sessions s
     join visitors v on v.id = s.visitor_id where hex(v.key) = ? order by s.id`,
    keyOf(app, visitor),
  );

async function reasons() {
  await app.write((_, connection) => app.refusals.write(connection));
  return ask<{ reason: string; detail: string }>(
    app,
    "select reason, detail from refusals order by last_at desc",
  );
}

describe("the event engagement", () => {
  test("is stored with its visit, makes it longer, and is in none of its counts", async () => {
    await send({ name: "page_view" });
    app.clock.move(5 * MINUTE);
    const answer = await send(looked({ engaged: 420, scroll: 80, more: "x" }));

    expect(answer).toEqual({ status: 202, stored: 1 });
    expect(mine()[1]).toMatchObject({ name: "engagement", page: "/" });
    expect(JSON.parse(mine()[1]!.properties!)).toEqual({ engaged: 420, scroll: 80 });
    const [session] = sessions();
    expect(session).toMatchObject({ views: 1, events: 0 });
    expect(session!.last_at - session!.started_at).toBe(5 * MINUTE);
    expect(checkDatabase(app.databasePath)).toEqual([]);
  });

  test("begins neither a visitor nor a visit, and the owner is told", async () => {
    const stranger = await send(looked({ engaged: 10, scroll: 10 }));
    const strangers =
      mine().length +
      ask(app, "select 1 from visitors where hex(key) = ?", keyOf(app, visitor)).length;
    await send({ name: "page_view" });
    app.clock.move(31 * MINUTE);
    const late = await send(looked({ engaged: 10, scroll: 10 }));

    expect([stranger.stored, strangers, late.stored]).toEqual([0, 0, 0]);
    expect(sessions()).toHaveLength(1);
    expect((await reasons())[0]).toEqual({ reason: "no visit", detail: "/" });
  });

  test.each([
    ["no properties", undefined],
    ["text", { engaged: "10", scroll: 10 }],
    ["part of a tenth", { engaged: 1.5, scroll: 10 }],
    ["more than a day", { engaged: 864_001, scroll: 10 }],
    ["a negative time", { engaged: -1, scroll: 10 }],
    ["no depth", { engaged: 10 }],
    ["more than the whole page", { engaged: 10, scroll: 101 }],
  ])("with %s is refused by itself, and the reason told", async (_, props) => {
    const answer = await send({ name: "page_view" }, looked(props));

    expect(answer).toMatchObject({ status: 202, stored: 1 });
    expect(answer.notes![0]).toContain("engagement is sent by the pixel itself");
    expect((await reasons())[0]!.reason).toBe("malformed");
  });

  test("goes to the visit it was in, also when another has begun", async () => {
    await send({ name: "page_view" });
    app.clock.move(MINUTE);
    await app.send(
      key,
      submission({
        visitor,
        url: "https://shop.example/?utm_campaign=sale",
        events: [{ name: "page_view" }],
      }),
    );
    app.clock.move(1000);
    await send(looked({ engaged: 500, scroll: 50 }, { age: 2000 }));

    const [first, second] = sessions();
    expect(mine()[2]!.session).toBe(mine()[0]!.session);
    expect(first!.last_at - first!.started_at).toBe(MINUTE - 1000);
    expect(second!.last_at).toBe(second!.started_at);
  });

  test("is never before the view it is about, which took longer on its way", async () => {
    await send({ name: "page_view" });
    await send(looked({ engaged: 3, scroll: 50 }, { age: 400 }));

    expect(mine()[1]!.at).toBe(mine()[0]!.at);
    expect(sessions()[0]!.last_at).toBe(sessions()[0]!.started_at);
  });

  test("may not be the name of a definition", () => {
    expect(() => parseEventName("engagement")).toThrow("recorded by itself");
  });

  test("starts nothing, and is in no contact's timeline and no live view", async () => {
    const seen: string[] = [];
    const end = app.live.listen(({ name }) => seen.push(name));
    await send({ name: "identify", props: { email: `${visitor}@buyer.example` } });
    await send({ name: "page_view" }, looked({ engaged: 10, scroll: 10 }));
    end();

    const timeline = ask<{ name: string }>(
      app,
      `select e.name from contact_events e join visitors v on v.id = e.visitor_id
       where hex(v.key) = ?`,
      keyOf(app, visitor),
    );
    expect(mine().map(({ name }) => name)).toEqual(["page_view", "engagement"]);
    expect(timeline).toEqual([{ name: "page_view" }]);
    expect(seen).toEqual(["page_view"]);
  });
});

test("a session knows the browser with its major version", async () => {
  await send({ name: "page_view" });

  const versions = ask<{ text: string }>(
    app,
    `select t.text from sessions s join visitors v on v.id = s.visitor_id
     join terms t on t.id = s.version where hex(v.key) = ?`,
    keyOf(app, visitor),
  );
  expect(versions).toEqual([{ text: "Chrome 140" }]);
});
