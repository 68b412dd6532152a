import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addTestSite, startApp, submission, type TestApp } from "../../helpers/app.ts";

const DAY_MS = 86_400_000;

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp();
  key = await addTestSite(app);
  const visit = (visitor: number, path = "/") =>
    app.send(
      key,
      submission({ visitor: `visitor-00000000000${visitor}0`, url: `https://shop.example${path}` }),
    );
  // Four on the first day; two of them on the next, one of those on the blog; none on the third.
  for (const visitor of [1, 2, 3, 4]) await visit(visitor);
  app.clock.move(DAY_MS);
  await visit(1, "/blog/one");
  await visit(2);
  await visit(5);
  app.clock.move(DAY_MS);
});
afterAll(() => app.close());

const text = async (path: string) => (await app.get(path)).text();
const wordsOf = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
const part = (query: string, of = key) =>
  text(`/admin/sites/${of}/retention/table?period=7d&unit=day&${query}`);

describe("/admin/sites/:key/retention", () => {
  test("shows who of those who came first on a day came back, and when", async () => {
    const words = wordsOf(await part(""));

    expect(words).toContain("18 Mar 26 4 50 0 ");
    expect(words).toContain("19 Mar 26 1 0 ");
  });

  test("counts coming back by an event or page alone", async () => {
    const words = wordsOf(await part("return=page&return_match=/blog/*"));

    expect(words).toContain("18 Mar 26 4 0 25 0 ");
  });

  test("hands the counts out as CSV and JSON", async () => {
    const base = `/admin/sites/${key}/retention/cohorts`;
    const csv = await text(`${base}.csv?period=7d&unit=day`);
    const json = (await (await app.get(`${base}.json?period=7d&unit=day`)).json()) as {
      cohorts: { at: string; visitors: number }[];
    };

    expect(csv).toContain("2026-03-18,4,2,0\r\n");
    expect(json.cohorts.find(({ at }) => at === "2026-03-18")?.visitors).toBe(4);
  });

  test("says at its field what cannot be asked", async () => {
    const response = await app.get(`/admin/sites/${key}/retention?begin=page&begin_match=blog`);

    expect(response.status).toBe(422);
    const html = await response.text();
    expect(html).toContain('id="begin-error" role="alert">Enter a path');
    expect(html).toContain('value="blog"');
  });

  test("says that a site without a memory cannot know, instead of figures", async () => {
    const cookieless = await addTestSite(app, "plain.example", "cookieless");

    const page = wordsOf(await text(`/admin/sites/${cookieless}/retention`));
    const table = await part("", cookieless);

    expect(page).toContain("Not available on this site");
    expect(page).not.toContain("Of visitors who");
    expect(table).toContain("cannot be known");
  });

  test("keeps a view under a name for the whole team", async () => {
    const query = "period=30d&unit=week&return=page&return_match=/blog/*";

    await app.post(`/admin/sites/${key}/views`, { report: "retention", query, name: "Readers" });
    const html = await text(`/admin/sites/${key}/retention?period=90d`);

    const href = /href="([^"]+)"[^>]*>Readers</.exec(html)![1]!.replaceAll("&amp;", "&");
    expect(href).toStartWith(`/admin/sites/${key}/retention?period=30d&unit=week`);
    expect(await text(href)).toContain('value="/blog/*"');
  });

  test("says what consent leaves open", async () => {
    const asking = await addTestSite(app, "asking.example", "consent");

    expect(await text(`/admin/sites/${asking}/retention`)).toContain("the true figures are higher");
  });

  test("has an answer for a period of one day", async () => {
    const html = await text(`/admin/sites/${key}/retention/table?period=yesterday`);

    expect(html).toContain("This period is too short");
  });
});
