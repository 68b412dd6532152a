import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addTestSite, startApp, submission, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp();
  key = await addTestSite(app);
  await app.post(`/admin/sites/${key}/events`, { name: "purchase", trigger: "manual" });
  const buyer = (visitor: string, revenue: number) =>
    app.send(
      key,
      submission({
        visitor,
        url: "https://shop.example/thanks/42",
        events: [{ name: "page_view" }, { name: "purchase", props: { revenue, sku: "shoe" } }],
      }),
    );
  await buyer("visitor-0000000000001", 10);
  await buyer("visitor-0000000000001", 30.5);
  await buyer("visitor-0000000000002", 2);
  await app.send(key, submission({ visitor: "visitor-0000000000003" }));
  await app.send(key, submission({ visitor: "visitor-0000000000004" }));
});
afterAll(() => app.close());

const base = () => `/admin/sites/${key}/goals`;
const text = async (path: string) => (await app.get(path)).text();
const add = async (form: Record<string, string>) => {
  const { status } = await app.post(base(), { kind: "event", match: "purchase", ...form }, true);
  const ids = [...(await text(base())).matchAll(/goals\/(\d+)\/figures/g)].map(([, id]) => id!);
  return { status, id: ids.toSorted((a, b) => Number(b) - Number(a))[0]! };
};

/** The words of an answer, without its tags. */
const wordsOf = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("/admin/sites/:key/goals", () => {
  test("tells visitors, rate, times and value of a goal", async () => {
    const { id } = await add({ name: "Sale", value: "revenue" });

    const words = wordsOf(await text(`${base()}/${id}/figures?period=today`));

    expect(words).toContain("Visitors 2 ");
    expect(words).toContain("Conversion rate 50 % 3 times");
    expect(words).toContain("Sum of revenue 42.50 14.17 on average");
  });

  test("gives all of them to take away, as CSV and JSON", async () => {
    const csv = await text(`${base()}.csv?period=today`);
    const json = JSON.parse(await text(`${base()}.json?period=today`)) as { goal: string }[];

    expect(csv.split("\r\n")[1]).toStartWith("Sale,event,purchase,2,0.5,3,42.5,14.1");
    expect(json).toHaveLength(1);
    expect(json[0]).toMatchObject({ goal: "Sale", conversions: 2, times: 3 });
  });

  test("counts pages with * in the middle of the path exactly", async () => {
    const { id } = await add({ name: "Thanked", kind: "page", match: "/*/42" });

    const words = wordsOf(await text(`${base()}/${id}/figures?period=today`));

    expect(words).toContain("Visitors 2 ");
    expect(words).toContain("50 % 3 times");
  });

  test("says before saving what would have counted, and what can be its value", async () => {
    const words = wordsOf(await text(`${base()}/preview?kind=event&match=purchase&value=`));
    const unknown = wordsOf(await text(`${base()}/preview?kind=event&match=nothing_yet`));

    expect(words).toContain("2 visitors reached it 3 times in the last 30 days: 50 % of all");
    expect(words).toContain("It carries numbers in: revenue.");
    expect(unknown).toContain("The site has no event “nothing_yet”");
  });

  test("offers events and pages to choose from", async () => {
    const html = await text(`/admin/sites/${key}/known`);

    expect(html).toContain('<option value="purchase">event</option>');
    expect(html).toContain('<option value="/thanks/42">page</option>');
  });

  test("shows what is wrong at its field, with what was typed", async () => {
    const form = { name: "X", kind: "page", match: "no path" };

    const response = await app.post(base(), form, true);

    expect(response.status).toBe(422);
    const html = await response.text();
    expect(html).toContain('value="no path"');
    expect(html).toContain('id="match-error" role="alert">Enter a path');
  });

  test("tells the second of two who change a goal, and takes it when said again", async () => {
    const { id } = await add({ name: "Shared" });
    const seen = async () => /name="seen" value="([^"]+)"/.exec(await text(`${base()}/${id}`))![1]!;
    const first = await seen();
    const save = (name: string, with_: string) =>
      app.post(`${base()}/${id}`, { name, kind: "event", match: "purchase", seen: with_ }, true);

    const one = await save("Mine", first);
    const late = await save("Theirs", first);
    const again = await save("Theirs", await seen());

    expect([one.status, late.status, again.status]).toEqual([200, 422, 200]);
    expect(await late.text()).toContain("Somebody else changed this goal meanwhile");
  });

  test("brings a removed goal back by the button of the notice", async () => {
    const { id } = await add({ name: "Gone" });

    const removed = await app.post(`${base()}/${id}/remove`);
    const notice = await text(removed.headers.get("location")!);
    const undo = /action="([^"]+\/restore)"/.exec(notice)![1]!;
    const lost = await app.get(`${base()}/${id}`);
    await app.post(undo);

    expect(lost.status).toBe(404);
    expect((await app.get(`${base()}/${id}`)).status).toBe(200);
  });

  test("lets a viewer look, but change nothing", async () => {
    await app.write((tx) => tx.run("update users set role = 'viewer'"));
    try {
      const list = await text(base());
      const refused = await app.post(base(), { name: "V", kind: "event", match: "purchase" });

      expect(list).not.toContain("Add goal");
      expect(refused.status).toBe(403);
    } finally {
      await app.write((tx) => tx.run("update users set role = 'owner'"));
    }
  });

  test("says what of the address it does not understand, and shows the rest", async () => {
    const { id } = await add({ name: "Odd address" });

    const html = await text(`${base()}?period=never&f=is,nonsense,x`);

    expect(html).toContain("There is no period");
    expect(html).toContain(`${base()}/${id}/figures?`);
  });
});
