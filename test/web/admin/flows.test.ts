import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startFlowLab, type FlowLab } from "../../helpers/flows.ts";

let lab: FlowLab;
let flowId: number;
beforeAll(async () => {
  lab = await startFlowLab();
  flowId = await lab.publish([["wait", { ms: 3_600_000 }]]);
});
afterAll(() => lab.close());

const people = async (query: string) =>
  (await lab.app.get(`/admin/flows/${flowId}/people${query}`)).text();
const diaries = (html: string) => [...html.matchAll(/\/admin\/runs\/(\d+)/g)].map(([, id]) => id);

describe("GET /admin/flows/:id/people", () => {
  test("shows everybody once, page after page", async () => {
    for (let visitor = 0; visitor < 130; visitor += 1) {
      await lab.trigger(`p${visitor}`, "add_to_cart");
    }
    await lab.app.acting.tick();

    const first = await people("?state=active&step=step0");
    const older = /href="\/admin\/flows\/\d+\/people(\?[^"]*before=[^"]*)"/.exec(first)![1]!;
    const second = await people(older.replaceAll("&amp;", "&"));

    expect(new Set([...diaries(first), ...diaries(second)]).size).toBe(130);
    expect(second).not.toContain("before=");
    expect(second).toContain("Wait 1 hour");
  });

  test("names visitors by the number that other pages know them by", async () => {
    await lab.trigger("numbered", "add_to_cart");
    await lab.app.acting.tick();
    await lab.app.write((_, { database }) => {
      database.exec(
        "update visitor_ranges set first_number = first_number + 4711 - (\
        select max(id) from visitors)",
      );
    });

    const html = await people("");
    const run = await (await lab.app.get(`/admin/runs/${diaries(html)[0]}`)).text();

    expect(html).toContain("visitor 4711<");
    expect(run).toContain("visitor 4711<");
  });
});

describe("GET /admin/flows/:id", () => {
  test("tells that messages wait, and why, while a receiver does not answer", async () => {
    const dead = await lab.publish([["webhook", { url: `${lab.receiver.url}down` }]], {
      event: "purchase",
    });
    lab.receiver.answer(503);
    await lab.trigger("stuck", "purchase");
    await lab.app.acting.tick();

    const html = await (await lab.app.get(`/admin/flows/${dead}`)).text();

    expect(html).toContain("1 message by webhook waits for another try");
    expect(html).toContain("The receiver answered 503");
  });

  test("keeps what was entered when somebody else saved meanwhile, and says so", async () => {
    const id = await lab.publish([["email", { subject: "One", text: "x" }]]);
    const path = `/admin/flows/${id}/steps/step0`;
    await lab.app.post(path, { revision: "2", subject: "Two", text: "x" });

    const late = await lab.app.post(path, { revision: "2", subject: "Three", text: "x" });
    const html = await late.text();
    const again = /name="revision" value="(\d+)"/.exec(html)![1]!;
    const saved = await lab.app.post(path, { revision: again, subject: "Three", text: "x" });

    expect(html).toContain("Somebody else changed this flow meanwhile");
    expect(html).toContain('value="Three"');
    expect(html).toContain("Send “Two”");
    expect(saved.status).toBe(303);
  });

  test("publishes nothing that somebody has not seen", async () => {
    const id = await lab.publish([["wait", { ms: 60_000 }]]);
    await lab.app.post(`/admin/flows/${id}/steps/step0`, {
      revision: "2",
      amount: "5",
      unit: "days",
    });

    const stale = await lab.app.post(`/admin/flows/${id}/publish`, { revision: "2" });

    expect(stale.status).toBe(422);
    expect(await stale.text()).toContain("Somebody else changed this flow meanwhile");
  });

  test("keeps what was entered for the start when it is refused", async () => {
    const id = await lab.publish([["wait", { ms: 60_000 }]]);

    const refused = await lab.app.post(`/admin/flows/${id}/trigger`, {
      revision: "2",
      name: "Renamed",
      event: `${lab.siteId} add_to_cart`,
      property: "value",
      operator: "more than",
      value: "70",
      again: "after",
      days: "0",
      stop: "",
    });
    const html = await refused.text();

    expect(refused.status).toBe(422);
    expect(html).toContain('value="Renamed"');
    expect(html).toContain('value="70"');
    expect(html).toContain("data-unsaved");
  });
});

describe("GET /admin/flows", () => {
  test("tells of a flow whose event is gone, and brings back one that was removed", async () => {
    const id = await lab.publish([["wait", { ms: 60_000 }]], { event: "purchase" });
    const page = await (await lab.app.get(`/admin/sites/${lab.key}/events`)).text();
    const event = /events\/(\d+)" aria-label="Definition of purchase"/.exec(page)![1]!;
    await lab.app.post(`/admin/sites/${lab.key}/events/${event}/remove`);
    const broken = await (await lab.app.get("/admin/flows")).text();
    const events = await (await lab.app.get(`/admin/sites/${lab.key}/events`)).text();
    await lab.app.post(`/admin/sites/${lab.key}/events/${event}/restore`);
    await lab.app.post(`/admin/flows/${id}/remove`);
    const removed = await (await lab.app.get("/admin/flows")).text();

    expect(broken).toContain("Its event is gone");
    expect(events).toContain(`/events/${event}/restore`);
    expect(removed).toContain(`/admin/flows/${id}/restore`);
    expect(removed).not.toContain("Its event is gone");
  });
});
