import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addGoal } from "../../../src/stats/goal-queries.ts";
import { addTestSite, startApp, submission, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
let key = "";
const HOUR = 3_600_000;

beforeAll(async () => {
  // A Monday, ten in the evening in Berlin.
  app = await startApp({ at: Date.UTC(2026, 2, 30, 20), env: { FOOTFALL_RATE_LIMIT: "0" } });
  key = await addTestSite(app);
  await app.post(`/admin/sites/${key}/events`, { name: "buy", trigger: "manual" });
  await send("a", "/", 1, ["page_view", "buy"]);
  await send("a", "/pricing", 1);
  await send("b", "/?utm_source=news", 21);
  await send("c", "/=1+1", 46);
});
afterAll(() => app.close());

const send = (visitor: string, path: string, hoursAgo: number, names = ["page_view"]) =>
  app.send(
    key,
    submission({
      visitor: `visitor-${visitor}-0000000000`,
      url: `https://shop.example${path}`,
      events: names.map((name) => ({ name, age: hoursAgo * HOUR })),
    }),
  );

/** A page of the site as it is read; parts that come by themselves are fetched into it. */
async function read(path: string): Promise<{ status: number; html: string; text: string }> {
  const response = await app.get(`/admin/sites/${key}${path}`);
  const html = await response.text();
  return { status: response.status, html, text: textOf(html) };
}

const textOf = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("GET /admin/sites/:key", () => {
  test("answers with its parts, or with places that fetch them", async () => {
    const { status, html } = await read("");

    expect(status).toBe(200);
    for (const id of ["cards", "chart", "panel-pages", "panel-people"]) {
      expect(html).toContain(`id="${id}"`);
    }
  });

  test("says what of the address it does not understand, and shows the rest", async () => {
    const { status, text } = await read("?period=custom&from=2026-02-30&until=2026-03-01&f=is,x,1");

    expect(status).toBe(422);
    expect(text).toContain("Enter the days as YYYY-MM-DD");
    expect(text).toContain("Nothing can be filtered by &quot;x&quot;");
    expect(text).toContain("Last 7 days");
  });

  test("shows filters as chips, each with the way to remove it alone", async () => {
    const { html } = await read("?f=is,page,/&f=is,source,direct");

    expect(html).toContain("Page is /");
    expect(html).toContain(`href="/admin/sites/${key}?f=is,source,direct"`);
    expect(html).toContain(`href="/admin/sites/${key}?f=is,page,/"`);
  });

  test("shows the page of a site that has nothing yet, with the way to the pixel", async () => {
    const other = await addTestSite(app, "quiet.example");
    const html = await (await app.get(`/admin/sites/${other}`)).text();

    expect(html).toContain(`/admin/sites/${other}/install`);
  });
});

describe("GET /admin/sites/:key/part/:part", () => {
  test("cards tell figures, each beside the period before", async () => {
    const { text } = await read("/part/cards?period=24h");

    expect(text).toContain("Visitors 2 +100 %");
    expect(text).toContain("Views 3 +200 %");
    expect(text).toContain("Events 1 none before");
    expect(text).toContain("Bounce rate 50 %");
  });

  test("cards have nothing beside them when nothing is compared", async () => {
    const { html } = await read("/part/cards?period=24h&compare=none");

    expect(html).not.toContain("delta");
  });

  test("the chart is of the chosen figure, by the chosen unit", async () => {
    const { html, text } = await read("/part/chart?period=7d&metric=views");

    expect(text).toContain("Views, Last 7 days");
    expect(html.match(/<th scope="row">/g)).toHaveLength(7);
    expect(html).toContain("unit=hour");
  });

  test("a panel filters by its rows, and takes a chosen one back", async () => {
    const { html } = await read("/part/pages?period=7d");
    const chosen = await read("/part/pages?period=7d&f=is,page,/pricing");

    expect(html).toContain(`href="/admin/sites/${key}?f=is,page,/pricing"`);
    expect(chosen.html).toContain(`<a class="cut" href="/admin/sites/${key}" aria-current="true">`);
    expect(textOf(chosen.html)).not.toContain("/=1+1");
  });

  test("shares of events are of all visitors", async () => {
    const { text } = await read("/part/events?period=7d");

    expect(text).toMatch(/buy .*Visitors: 1 Share: 33 %/);
    expect(text).not.toContain("Page view");
  });

  test("a panel remembers its tab in this browser", async () => {
    const response = await app.get(`/admin/sites/${key}/part/sources?tab=utm_source`);

    expect(response.headers.get("set-cookie")).toContain(
      "tab-sources=utm_source; path=/admin/sites",
    );
    const html = await response.text();
    expect(textOf(html)).toContain("news");
    // Links lead to the page, which knows nothing of tabs; other tabs forget this one.
    expect(html).toContain(`href="/admin/sites/${key}?f=is,utm_source,news"`);
    expect(html).not.toContain("tab=utm_source&amp;tab=");
  });

  test("who comes back is not guessed where nothing is stored", async () => {
    const other = await addTestSite(app, "cookieless.example", "cookieless");
    const html = await (await app.get(`/admin/sites/${other}/part/people?tab=visitor`)).text();

    expect(html).toContain("Not available.");
  });

  test("filters that match nothing can be given up one by one", async () => {
    const { html, text } = await read("/part/cards?f=is,page,/nowhere&f=is,source,direct");

    expect(text).toContain("Nothing in this period matches what you filter by.");
    expect(html).toContain(`href="/admin/sites/${key}?f=is,source,direct"`);
  });

  test("an empty period leads to one in which there is something", async () => {
    const { html } = await read("/part/cards?period=custom&from=2025-01-01&until=2025-01-07");

    expect(html).toContain("Look at 24–30 Mar 2026");
    expect(html).toContain("from=2026-03-24&amp;until=2026-03-30");
  });

  test("a goal adds conversions to every list", async () => {
    const siteId = app.sites.find(key)!.id;
    const draft = { name: "Bought", kind: "event", match: "buy", value: null } as const;
    await app.write((tx) => addGoal(tx, siteId, draft, { userId: 1, now: app.now() }));
    const { text } = await read("/part/pages?period=7d&goal=1");
    const cards = await read("/part/cards?period=7d&goal=1");

    expect(text).toContain("Conversions");
    expect(cards.text).toMatch(/Conversions 1 .*Conversion rate 33 %/);
  });

  test("a goal that is gone is said", async () => {
    const { status, text } = await read("?goal=999");

    expect(status).toBe(422);
    expect(text).toContain("The goal is gone");
  });

  test("there is no other part", async () => {
    expect((await read("/part/nothing")).status).toBe(404);
  });
});

describe("GET /admin/sites/:key/list/:dimension", () => {
  test("shows more columns, sorted and searched", async () => {
    const sorted = await read("/list/page/part?period=7d&order=key");
    const searched = await read("/list/page/part?period=7d&q=PRIC");

    expect(sorted.text).toMatch(/Bounce rate.*Engaged time/);
    expect(sorted.html).toContain('aria-sort="ascending"');
    expect(searched.text).toContain("/pricing");
    expect(searched.text).toContain("1–1 of 1");
  });

  test("is searched by the names people see", async () => {
    const { text } = await read("/list/source/part?period=7d&q=campai");

    expect(text).toContain("Campaign");
    expect(text).not.toContain("Direct");
  });

  test("is a table for other programs, in which no cell is a formula", async () => {
    const csv = await app.get(`/admin/sites/${key}/list/page.csv?period=7d&f=is,page,/=1%2B1`);
    const titles = await app.get(`/admin/sites/${key}/list/title.csv?period=7d`);
    const json = await app.get(`/admin/sites/${key}/list/page.json?period=7d&order=key`);

    expect(csv.headers.get("content-disposition")).toContain("shop.example-page-");
    expect(await csv.text()).toStartWith("page,visitors,sessions,views,events,bounce_rate");
    expect(await titles.text()).toContain("A page,3,");
    const { rows } = (await json.json()) as { rows: { page: string; visitors: number }[] };
    expect(rows.map(({ page }) => page)).toEqual(["/", "/=1+1", "/pricing"]);
    expect(rows[0]).toMatchObject({ page: "/", visitors: 2 });
  });

  test("gives the series too", async () => {
    const csv = await (await app.get(`/admin/sites/${key}/list/time.csv?period=7d`)).text();

    expect(csv.trim().split("\r\n")).toHaveLength(8);
    expect(csv).toStartWith("from,visitors,sessions,views,bounce_rate,session_time_ms");
  });

  test("is missing for what nothing can be listed by", async () => {
    expect((await read("/list/nothing")).status).toBe(404);
  });
});

describe("GET /admin/sites/:key/filter", () => {
  const to = () => `to=${encodeURIComponent(`/admin/sites/${key}?period=30d&f=is,page,/`)}`;
  const htmx = (path: string) => app.get(path);

  test("leads to the report with one more filter", async () => {
    const response = await htmx(
      `/admin/sites/${key}/filter?${to()}&dimension=source&operator=is&value=email&typed=search&typed=`,
    );

    expect(response.headers.get("location")).toBe(
      `/admin/sites/${key}?period=30d&f=is,page,/&f=is,source,email,search`,
    );
  });

  test("changes the one it was opened from", async () => {
    const response = await htmx(
      `/admin/sites/${key}/filter?${to()}&n=0&dimension=property&property=x&dimension=page&operator=contains&typed=/p`,
    );

    expect(response.headers.get("location")).toBeNull();
    const changed = await htmx(
      `/admin/sites/${key}/filter?${to()}&n=0&dimension=page&operator=contains&typed=/p`,
    );
    expect(changed.headers.get("location")).toBe(
      `/admin/sites/${key}?period=30d&f=contains,page,/p`,
    );
  });

  test("answers itself with what is wrong, and with what was typed", async () => {
    const response = await htmx(
      `/admin/sites/${key}/filter?${to()}&dimension=hour&operator=greater&typed=noon`,
    );
    const html = await response.text();

    expect(response.status).toBe(422);
    expect(html).toContain("Hour: enter a number, not &quot;noon&quot;");
    expect(html).toContain('value="noon"');
  });

  test("begins with the filter it was opened from, and forgets values of another dimension", async () => {
    const begun = await (await htmx(`/admin/sites/${key}/filter/form?${to()}&n=0`)).text();
    const other = await (
      await htmx(
        `/admin/sites/${key}/filter/form?${to()}&n=0&was=page&dimension=title&operator=is&value=/`,
      )
    ).text();

    expect(begun).toContain("Change filter");
    expect(begun).toContain('<input type="checkbox" name="value" value="/" checked');
    expect(other).not.toContain('value="/" checked');
  });

  test("offers what was recorded", async () => {
    const html = await (
      await htmx(`/admin/sites/${key}/filter/values?${to()}&n=0&dimension=page`)
    ).text();

    expect(html).toContain('value="/pricing"');
  });

  test("leads nowhere else", async () => {
    for (const target of ["https://evil.example/", "//evil.example/admin", "/admin/users", ""]) {
      const response = await htmx(
        `/admin/sites/${key}/filter?to=${encodeURIComponent(target)}&dimension=page&operator=is&typed=/`,
      );

      expect(response.status).toBe(400);
      expect(response.headers.get("location")).toBeNull();
    }
  });
});

describe("saved views", () => {
  const views = (path: string, form: Record<string, string>) =>
    app.post(`/admin/sites/${key}/views${path}`, form, true);

  test("are saved, opened, renamed, removed and brought back", async () => {
    const query = "period=30d&f=is,source,email";
    const saved = await views("", { report: "overview", query, name: "  Readers " });
    const taken = await views("", { report: "overview", query: "", name: "Readers" });
    const renamed = await views("/1/rename", { query: "", name: "Newsletter" });
    const removed = await app.post(`/admin/sites/${key}/views/1/remove`);
    const notice = await (await app.get(removed.headers.get("location")!)).text();
    const restored = await app.post(`/admin/sites/${key}/views/1/restore`);
    const menu = await (await app.get(`/admin/sites/${key}`)).text();

    expect(await saved.text()).toContain(
      `href="/admin/sites/${key}?${query.replace("&", "&amp;")}"`,
    );
    expect(taken.status).toBe(422);
    expect(await taken.text()).toContain("There is a view &quot;Readers&quot; already");
    expect(await renamed.text()).toContain("Newsletter");
    expect(notice).toContain(`action="/admin/sites/${key}/views/1/restore"`);
    expect(restored.headers.get("location")).toBe(
      `/admin/sites/${key}?${query}&notice=view-restored`,
    );
    expect(menu).toContain("Newsletter");
  });

  test("keep nothing but an address", async () => {
    const odd = await views("", {
      report: "overview",
      query: "period=30d&f=nonsense&notice=saved",
      name: "Odd",
    });

    expect(await odd.text()).toContain(`href="/admin/sites/${key}?period=30d"`);
  });
});
