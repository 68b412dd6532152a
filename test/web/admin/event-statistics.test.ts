import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addTestSite, startApp, submission, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp();
  key = await addTestSite(app);
  await app.post(`/admin/sites/${key}/events`, { name: "purchase", trigger: "manual" });
  for (let order = 1; order <= 25; order += 1) {
    app.clock.move(1000);
    const props = { revenue: order, sku: order > 20 ? "=boot" : "shoe" };
    await app.send(
      key,
      submission({
        visitor: `visitor-00000000000${order % 2 === 0 ? "02" : "03"}`,
        url: `https://shop.example/thanks/${order % 3}`,
        events: [
          { name: "page_view" },
          { name: "purchase", props },
          { name: "never_defined", props: { odd: true } },
        ],
      }),
    );
  }
});
afterAll(() => app.close());

const base = () => `/admin/sites/${key}/events/statistics`;
const text = async (path: string) => (await app.get(path)).text();
const part = (name: string, more = "") =>
  text(`${base()}/${name}?event=purchase&period=today${more}`);
const wordsOf = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("/admin/sites/:key/events/statistics", () => {
  test("opens by the id of a definition as well, and from the list of events", async () => {
    const list = await text(`/admin/sites/${key}/events`);
    const id = /events\/(\d+)\/?/.exec(list)![1]!;

    const { status, headers } = await app.get(`/admin/sites/${key}/events/${id}/statistics`);

    expect([status, headers.get("location")]).toEqual([303, `${base()}?event=purchase`]);
    expect(list).toContain(`${base()}?event=purchase`);
  });

  test("tells how often and by how many, in a filter too", async () => {
    const all = wordsOf(await part("figures"));
    const some = wordsOf(await part("figures", "&f=is,property:sku,%3Dboot"));

    expect(all).toContain("Times 25 ");
    expect(all).toContain("Visitors 2 ");
    expect(some).toContain("Times 5 ");
  });

  test("leads from a page it happened on to the figures of that page", async () => {
    const html = await part("page");

    expect(html).toContain(
      `href="${base()}?period=today&amp;f=is,page,/thanks/1&amp;event=purchase"`,
    );
    expect(wordsOf(html)).toContain("/thanks/1 Visitors: 2 Times: 9 ");
  });

  test("is led to from the events of the overview", async () => {
    const html = await text(`/admin/sites/${key}/part/events?period=today`);

    expect(html).toContain(`href="${base()}?period=today&amp;event=purchase"`);
    expect(html).toContain("Everything about purchase");
  });

  test("tells sum and spread of numbers, and the values of all else", async () => {
    const words = wordsOf(await part("properties"));

    expect(words).toContain("Sum 325 Average 13 Least 1 Most 25");
    expect(words).toContain("shoe Times: 20");
    expect(words).toContain("=boot Times: 5");
  });

  test("pages through all occurrences, each with everything recorded", async () => {
    const first = await part("occurrences");
    const earlier = /hx-get="([^"]+occurrences[^"]+)"/.exec(first)![1]!.replaceAll("&amp;", "&");
    const second = await text(earlier);

    const count = (html: string) => html.split('class="happening"').length - 1;
    expect([count(first), count(second)]).toEqual([20, 5]);
    expect(second).not.toContain("Show earlier ones");
    expect(wordsOf(first)).toContain("revenue 25 sku =boot");
    expect(wordsOf(second)).toContain("revenue 1 ");
  });

  test("hands out all occurrences as CSV that is no formula, and as JSON", async () => {
    const csv = await part("occurrences.csv");
    const json = (await (
      await app.get(`${base()}/occurrences.json?event=purchase&period=today`)
    ).json()) as { event: string; properties: { revenue: number } }[];

    expect(csv.trim().split("\r\n")).toHaveLength(26);
    expect(csv).toStartWith("at,event,page,");
    expect(json.map(({ properties }) => properties.revenue)).toEqual(
      Array.from({ length: 25 }, (_, index) => 25 - index),
    );
  });

  test("shows what came under a name that nobody defined, in no figure", async () => {
    const query = "?event=never_defined&period=today";

    const page = wordsOf(await text(base() + query));
    const figures = wordsOf(await text(`${base()}/figures${query}`));
    const occurrences = await text(`${base()}/occurrences${query}`);

    expect(page).toContain("Pages sent it 25 times");
    expect(page).toContain("Define this event");
    expect(figures).toContain("Times 0 ");
    expect(occurrences).toContain("odd");
  });

  test("counts the views of pages as an event of its own", async () => {
    const words = wordsOf(await text(`${base()}/figures?event=page_view&period=today`));

    expect(words).toContain("Times 25 ");
  });

  test.each(["", "?event=", "?event=%3Cscript%3E", "?event=a%20b"])(
    "has nothing at %p",
    async (query) => {
      expect((await app.get(base() + query)).status).toBe(404);
    },
  );
});
