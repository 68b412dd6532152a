import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addTestSite, startApp, submission, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
let key: string;
let id: string;
beforeAll(async () => {
  app = await startApp();
  key = await addTestSite(app);
  await app.post(`/admin/sites/${key}/events`, { name: "purchase", trigger: "manual" });
  const send = (visitor: number, path: string, events?: Record<string, unknown>[]) =>
    app.send(
      key,
      submission({
        visitor: `visitor-00000000000${visitor}0`,
        url: `https://shop.example${path}`,
        ...(events && { events }),
      }),
    );
  // Three see a product; two of them the cart, a minute later; one of those buys an hour later.
  for (const visitor of [1, 2, 3]) await send(visitor, "/product/shoe");
  app.clock.move(60_000);
  for (const visitor of [1, 2]) await send(visitor, "/cart");
  app.clock.move(3_600_000);
  await send(1, "/checkout", [{ name: "page_view" }, { name: "purchase" }]);
  const saved = await app.post(base(), FORM);
  id = /funnels\/(\d+)/.exec(saved.headers.get("location")!)![1]!;
});
afterAll(() => app.close());

const base = () => `/admin/sites/${key}/funnels`;
const text = async (path: string) => (await app.get(path)).text();
const wordsOf = (html: string) =>
  html
    .replace(/<[^>]+>/g, " ")
    .replaceAll("\u00a0", " ")
    .replace(/\s+/g, " ");

const FORM = {
  name: "From product to order",
  kind: ["page", "page", "event"],
  match: ["/product/*", "/cart", "purchase"],
  within: "7",
  unit: "days",
};
const query = (form: Record<string, string | string[]>) => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    for (const each of [value].flat()) parameters.append(name, each);
  }
  return parameters.toString();
};

describe("/admin/sites/:key/funnels", () => {
  test("draws how many came to each step, after how long, and how many were lost", async () => {
    const words = wordsOf(await text(`${base()}/${id}/drawing?period=today`));

    expect(words).toContain("33.3 % of 3 visitors went all the way within 7 days");
    expect(words).toContain("1 page /product/* 3 100 %");
    expect(words).toContain("half of them within 1 min, 1 min on average");
    expect(words).toContain("66.7 % went on 1 visitor lost");
    expect(words).toContain("3 event purchase 1 33.3 %");
  });

  test("breaks it down by a dimension, each group a way to filter", async () => {
    const html = await text(`${base()}/${id}/drawing?period=today&by=device`);

    expect(wordsOf(html)).toMatch(/Desktop 3 100 % 2 66.7 % 1 33.3 % 33.3 %/);
    expect(html).toContain(`${base()}/${id}?period=today&amp;f=is,device,desktop`);
  });

  test("shows what would have counted before it is saved, or what is missing", async () => {
    const shorter = wordsOf(await text(`${base()}/preview?${query({ ...FORM, unit: "minutes" })}`));
    const unfinished = wordsOf(
      await text(`${base()}/preview?${query({ ...FORM, match: ["/product/*", "", ""] })}`),
    );

    expect(shorter).toContain("0 % of 3 visitors went all the way");
    expect(unfinished).toContain("Choose what the steps are");
  });

  test("adds, moves and removes steps without saving anything", async () => {
    const stepsAfter = async (act: string) => {
      const html = await text(`${base()}/form?act=${act}&${query(FORM)}`);
      return [...html.matchAll(/id="step-\d"[^>]*? value(?:="([^"]*)")?[ >]/g)].map(
        ([, value = ""]) => value,
      );
    };

    expect(await stepsAfter("add")).toEqual(["/product/*", "/cart", "purchase", ""]);
    expect(await stepsAfter("up-2")).toEqual(["/product/*", "purchase", "/cart"]);
    expect(await stepsAfter("down-0")).toEqual(["/cart", "/product/*", "purchase"]);
    expect(await stepsAfter("remove-1")).toEqual(["/product/*", "purchase"]);
    expect(await stepsAfter("up-0")).toEqual(["/product/*", "/cart", "purchase"]);
  });

  test("refuses the second save on an old revision, and takes it when said again", async () => {
    const first = await app.post(base(), { ...FORM, name: "Shared" });
    const path = first.headers.get("location")!.split("?")[0]!;
    const save = (name: string, revision: string) =>
      app.post(path, { ...FORM, name, revision }, true);

    const one = await save("Mine", "1");
    const late = await save("Theirs", "1");
    const html = await late.text();
    const again = await save("Theirs", /name="revision" value="(\d+)"/.exec(html)![1]!);

    expect([one.status, late.status, again.status]).toEqual([200, 422, 200]);
    expect(html).toContain("Somebody else saved this funnel meanwhile");
    expect(html).toContain('value="Theirs"');
  });

  test("shows what is wrong at its step, with what was typed", async () => {
    const response = await app.post(base(), { ...FORM, match: ["product", "/cart", "x y"] }, true);

    expect(response.status).toBe(422);
    const html = await response.text();
    expect(html).toContain('id="step-0-error" role="alert">Enter a path');
    expect(html).toContain('value="x y"');
  });

  test("hands out its steps as CSV and JSON", async () => {
    const csv = await text(`${base()}/${id}/steps.csv?period=today`);
    const json = (await (await app.get(`${base()}/${id}/steps.json?period=today`)).json()) as {
      steps: { visitors: number }[];
    };

    expect(csv).toContain("2,page /cart,2,60,60\r\n");
    expect(json.steps.map(({ visitors }) => visitors)).toEqual([3, 2, 1]);
  });

  test("brings a removed funnel back", async () => {
    const first = await app.post(base(), { ...FORM, name: "Gone" });
    const path = first.headers.get("location")!.split("?")[0]!;

    const removed = await app.post(`${path}/remove`);
    const notice = await text(removed.headers.get("location")!);
    const lost = await app.get(path);
    await app.post(/action="([^"]+\/restore)"/.exec(notice)![1]!);

    expect(lost.status).toBe(404);
    expect((await app.get(path)).status).toBe(200);
  });

  test("leads from a step to the figures of its event or page", async () => {
    const html = await text(`${base()}/${id}/drawing?period=today`);

    expect(html).toContain(`/admin/sites/${key}/events/statistics?period=today&amp;event=purchase`);
    expect(html).toContain(`/admin/sites/${key}?period=today&amp;f=starts_with,page,/product/`);
  });
});
