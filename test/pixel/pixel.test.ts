import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { snippet } from "../../src/pixel/compose.ts";
import { addTestSite, startApp, type TestApp } from "../helpers/app.ts";
import { newVisitor, startBrowser, startWebsite, until } from "../helpers/browser.ts";
import { ask, storedEvents } from "../helpers/rows.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const html = (head: string, body = "") =>
  `<!doctype html><title>Shop</title><head>${head}</head><body>${body}<div style="height:4000px">long</div></body>`;

interface Setting {
  readonly app: TestApp;
  readonly key: string;
  readonly page: Page;
  readonly at: (path?: string) => string;
  readonly events: () => string[];
}

/** A shop on another origin with the snippet on all pages, and a visitor with a page open. */
async function withShop(
  act: (setting: Setting) => Promise<void>,
  options: { privacy?: string; body?: string; head?: string; context?: object } = {},
) {
  const app = await startApp({ realTime: true });
  const key = await addTestSite(app, "shop.example", options.privacy ?? "storage");
  const site = startWebsite({
    "*": html((options.head ?? "") + snippet(app.url, key), options.body),
  });
  const context = await newVisitor(browser, options.context);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  try {
    await act({
      app,
      key,
      page,
      at: (path) => site.at("shop.example", path),
      events: () =>
        storedEvents(app)
          .filter(({ name }) => name !== "engagement")
          .map(({ name, page: path }) => `${name} ${path}`),
    });
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    site.stop();
    await app.close();
  }
}

/** A one-time parameter for contact 77, as a link of a mail adds it. */
async function linkTo(app: TestApp, siteId: number): Promise<string> {
  const token = "L".repeat(22);
  const hash = createHash("sha256").update(token).digest("hex");
  await app.write((_, { database }) => {
    database.exec(
      "insert into contacts (id, state, created_at, changed_at) values (77, 'verified', 0, 0)",
    );
    database
      .prepare(
        `insert into arrivals (token_hash, contact_id, site_id, created_at, until)
         values (?, 77, ?, ?, ?)`,
      )
      .run([hash, siteId, Date.now(), Date.now() + 600_000]);
  });
  return token;
}

describe("the pixel", () => {
  test("counts a visitor who reloads once, with each view", () =>
    withShop(async ({ app, page, at, events }) => {
      await page.goto(at("/pricing?x=1"));
      await until(() => events().length === 1, "the first view is stored");
      await page.reload();
      await until(() => events().length === 2, "the second view is stored");

      expect(events()).toEqual(["page_view /pricing", "page_view /pricing"]);
      expect(new Set(storedEvents(app).map(({ visitor }) => visitor)).size).toBe(1);
      expect(new Set(storedEvents(app).map(({ session }) => session)).size).toBe(1);
    }));

  test("records calls made before and after it has loaded", () =>
    withShop(
      async ({ page, at, events }) => {
        await page.goto(at());
        await until(() => events().length === 2, "the early call is stored");
        await page.evaluate("footfall('event', 'late', {n: 2})");
        await until(() => events().length === 3, "the late call is stored");

        expect(events().toSorted()).toEqual(["early /", "late /", "page_view /"]);
      },
      { body: "<script>footfall('event', 'early', {sku: 'x'})</script>" },
    ));

  test("sees the pages of a single-page application", () =>
    withShop(async ({ page, at, events }) => {
      await page.goto(at("/a"));
      await page.evaluate("history.pushState({}, '', '/b')");
      await page.evaluate("history.replaceState({}, '', '/b#part')");
      await page.evaluate("location.hash = '#/route'");
      await until(() => events().length === 3, "three views are stored");
      await page.goBack();
      await until(() => events().length === 4, "going back is a view");

      expect(events()).toEqual([
        "page_view /a",
        "page_view /b",
        "page_view /b#/route",
        "page_view /b",
      ]);
    }));

  test("counts a page that comes back from the back/forward cache", () =>
    withShop(async ({ page, at, events }) => {
      await page.goto(at("/a"));
      await page.evaluate("addEventListener('pageshow', (e) => { window.wasKept = e.persisted })");
      await until(() => events().length === 1, "the first page is stored");
      await page.goto(at("/b"));
      await until(() => events().length === 2, "the second page is stored");
      await page.evaluate("setTimeout(() => history.back())");
      await until(() => events().length === 3, "the page that came back is stored");

      expect(events()[2]).toBe("page_view /a");
      expect(await page.evaluate("window.wasKept")).toBe(true);
    }));

  test("keeps what could not be sent and sends it with the next page, once", () =>
    withShop(async ({ page, at, events }) => {
      await page.route("**/e/*", (route) => route.abort());
      await page.goto(at("/lost"));
      await page.waitForFunction("Object.keys(localStorage).some((key) => key.includes('.'))");
      await page.unroute("**/e/*");
      await page.goto(at("/next"));
      await until(() => events().length >= 2, "both views are stored");
      await page.waitForFunction("!Object.keys(localStorage).some((key) => key.includes('.'))");

      expect(events().toSorted()).toEqual(["page_view /lost", "page_view /next"]);
    }));

  test("sends what happens while the page is left", () =>
    withShop(
      async ({ page, at, events }) => {
        await page.goto(at("/a"));
        await until(() => events().length === 1, "the view is stored");
        await page.goto("about:blank");
        await until(() => events().length === 2, "the last event is stored");

        expect(events()[1]).toBe("last_word /a");
      },
      {
        head: "<script>addEventListener('pagehide', () => footfall('event', 'last_word'), true)</script>",
      },
    ));

  test("works where the browser refuses storage", () =>
    withShop(
      async ({ app, page, at, events }) => {
        await page.goto(at());
        await until(() => events().length === 1, "the view is stored");

        expect(storedEvents(app)[0]!.kind).toBe("cookieless");
      },
      {
        head: "<script>Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })</script>",
      },
    ));

  test("keeps no id and sends none under Global Privacy Control", () =>
    withShop(
      async ({ app, page, at, events }) => {
        await page.goto(at());
        await page.evaluate("footfall('identify', {email: 'ann@shop.example'})");
        await page.evaluate("footfall('event', 'after')");
        await until(() => events().length === 2, "the events are stored");

        expect(await page.evaluate("Object.keys(localStorage).length")).toBe(0);
        expect(storedEvents(app).map(({ kind }) => kind)).toEqual(["cookieless", "cookieless"]);
        expect(storedEvents(app).every(({ contact }) => contact === null)).toBe(true);
      },
      {
        head: "<script>Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })</script>",
      },
    ));

  test("stores nothing in the browser in cookieless mode, and knows the visitor all day", () =>
    withShop(
      async ({ app, page, at, events }) => {
        await page.goto(at("/a"));
        await until(() => events().length === 1, "the view is stored");
        await page.goto(at("/b"));
        await until(() => events().length === 2, "the second view is stored");

        expect(await page.evaluate("Object.keys(localStorage).length")).toBe(0);
        expect(new Set(storedEvents(app).map(({ visitor }) => visitor)).size).toBe(1);
      },
      { privacy: "cookieless" },
    ));

  test("sends nothing in strict mode until there is consent, and nothing after a denial", () =>
    withShop(
      async ({ page, at, events }) => {
        await page.goto(at("/a"));
        await page.evaluate("footfall('event', 'unseen')");
        await page.evaluate("footfall('consent', 'granted')");
        await until(() => events().length === 1, "the view is stored");
        await page.evaluate("footfall('consent', 'denied')");
        await page.evaluate("footfall('event', 'unseen')");
        await page.goto(at("/b"));
        await page.evaluate("footfall('consent', 'granted')");
        await until(() => events().length === 2, "the next view is stored");

        expect(events()).toEqual(["page_view /a", "page_view /b"]);
      },
      { privacy: "strict" },
    ));

  test("recognises a visitor after consent in consent mode, and forgets after a denial", () =>
    withShop(
      async ({ app, page, at, events }) => {
        await page.goto(at("/a"));
        await until(() => events().length === 1, "the first view is stored");
        await page.evaluate("footfall('consent', 'granted')");
        await page.goto(at("/b"));
        await until(() => events().length === 2, "the second view is stored");
        await page.evaluate("footfall('consent', 'denied')");

        expect(storedEvents(app).map(({ kind }) => kind)).toEqual(["cookieless", "storage"]);
        expect(await page.evaluate("Object.values(localStorage)")).toEqual(["2"]);
      },
      { privacy: "consent" },
    ));

  test("takes the one-time parameter off the address and leaves the rest", () =>
    withShop(async ({ page, at, events }) => {
      await page.goto(at("/a?x=1&ff_id=abcdefghijklmnopqrstuv&y=%20z#part"));
      await until(() => events().length === 1, "the view is stored");

      expect(page.url()).toBe(at("/a?x=1&y=%20z#part"));
    }));

  test("keeps where a visit came from, and who it is, until there is consent", () =>
    withShop(
      async ({ app, key, page, at }) => {
        const siteId = app.sites.find(key)!.id;
        const contacts = () => ask(app, "select value from identities");
        const sources = () => storedEvents(app).map(({ kind, source }) => `${kind} ${source}`);

        await page.goto(at("/?ff_id=" + "A".repeat(22)));
        await until(() => sources().length === 1, "the view before consent is stored");
        await page.evaluate("footfall('identify', {email: 'ann@buyer.example'})");
        const before = contacts();
        await page.evaluate("footfall('consent', 'granted')");
        await until(() => contacts().length === 1, "who it is is told after consent");
        const link = await linkTo(app, siteId);
        await page.goto(at(`/?ff_id=${link}`));
        await page.goto(at("/next"));
        await until(() => sources().length === 3, "the views after consent are stored");

        expect(before).toEqual([]);
        expect(sources()).toEqual(["cookieless email", "storage email", "storage email"]);
      },
      { privacy: "consent" },
    ));

  test.each(["consent", "strict"])(
    "tells who it is once there is consent, and not who it was before a reset (%s)",
    (privacy) =>
      withShop(
        async ({ app, page, at }) => {
          const contacts = () => ask(app, "select value from identities");

          await page.goto(at());
          await page.evaluate("footfall('identify', {email: 'ann@buyer.example'})");
          await page.evaluate("footfall('reset')");
          await page.evaluate("footfall('consent', 'granted')");
          await page.evaluate("footfall('event', 'mark')");
          await until(() => storedEvents(app).some(({ name }) => name === "mark"), "all is stored");
          const afterReset = contacts();
          await page.evaluate("localStorage.clear()");
          await page.goto(at("/again"));
          await page.evaluate("footfall('identify', {email: 'bob@buyer.example'})");
          await page.evaluate("footfall('consent', 'granted')");
          await until(() => contacts().length === 1, "who it is is told");

          expect(afterReset).toEqual([]);
          expect(contacts()).toEqual([{ value: "bob@buyer.example" }]);
        },
        { privacy },
      ),
  );

  test("tells of a visit by mail that it is one, and no more, before consent", () =>
    withShop(
      async ({ app, key, page, at }) => {
        const link = await linkTo(app, app.sites.find(key)!.id);
        await page.goto(at(`/?ff_id=${link}`));
        await until(() => storedEvents(app).length === 1, "the view is stored");
        await page.mouse.click(5, 5);
        const early = ask(app, "select visitor_id from arrivals");
        await page.evaluate("footfall('consent', 'granted')");
        await page.mouse.click(6, 6);
        await page.goto(at("/next"));
        await until(() => storedEvents(app).length === 2, "the next view is stored");

        expect(early).toEqual([{ visitor_id: null }]);
        expect(storedEvents(app)).toMatchObject([
          { kind: "cookieless", source: "email", contact: null },
          { kind: "storage", source: "email", contact: 77 },
        ]);
      },
      { privacy: "consent" },
    ));

  test.each(["granted", "denied"])("heeds consent %s said before it has loaded", (answer) =>
    withShop(
      async ({ app, page, at, events }) => {
        await page.goto(at("/a"));
        await page.waitForFunction("Object.values(localStorage).length === 1");
        await page.evaluate("footfall('consent', 'granted')");
        await page.evaluate("footfall('event', 'mark')");
        await until(() => events().includes("mark /a"), "the mark is stored");

        expect(events().toSorted()).toEqual(["mark /a", "page_view /a"]);
        expect(storedEvents(app).map(({ kind }) => kind)).toEqual(["storage", "storage"]);
      },
      { privacy: "consent", body: `<script>footfall('consent', '${answer}')</script>` },
    ),
  );

  test("loses nothing to a call whose properties or name cannot be sent", () =>
    withShop(async ({ page, at, events }) => {
      await page.goto(at("/a"));
      await page.evaluate("footfall('event', 'bad', {n: 10n}); footfall('event', 'add to cart')");
      await page.evaluate("footfall('event', 'good')");
      await page.evaluate("history.pushState({}, '', '/b')");
      await until(() => events().length === 3, "the others are stored");

      expect(events()).toEqual(["page_view /a", "good /a", "page_view /b"]);
    }));

  test("sends many long events at once, more than one request may hold", () =>
    withShop(async ({ page, at, events }) => {
      await page.goto(at("/a"));
      await until(() => events().length === 1, "the view is stored");
      await page.evaluate(
        "for (let n = 0; n < 19; n++) footfall('event', 'big', {a: Array(8).fill('x'.repeat(490))})",
      );
      await until(() => events().length === 20, "all are stored");
    }));

  test("counts a page in a background tab when somebody looks at it", () =>
    withShop(
      async ({ page, at, events }) => {
        await page.goto(at("/a"));
        await page.evaluate("footfall('event', 'mark')");
        await until(() => events().length === 1, "the mark is stored");
        await page.evaluate("delete document.hidden");
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
        await until(() => events().length === 2, "the view is stored");

        expect(events()).toEqual(["mark /a", "page_view /a"]);
      },
      {
        head: "<script>Object.defineProperty(document, 'hidden', { value: true, configurable: true })</script>",
      },
    ));

  test("records no hash but a route: others hold tokens", () =>
    withShop(async ({ page, at }) => {
      const sent = page.waitForRequest("**/e/*");
      await page.goto(at("/a?x=1#access_token=secret"));

      expect((await sent).postData()).not.toContain("secret");
    }));

  test("takes a broken one-time parameter off the address too", () =>
    withShop(async ({ page, at, events }) => {
      await page.goto(at("/a?ff_id=not%20a%20token&x=1"));
      await until(() => events().length === 1, "the view is stored");

      expect(page.url()).toBe(at("/a?x=1"));
    }));

  test("keeps an opt-out when a banner grants on each page", () =>
    withShop(async ({ page, at, events }) => {
      await page.goto(at("/a"));
      await until(() => events().length === 1, "the view is stored");
      await page.evaluate("footfall('optout')");
      await page.evaluate("footfall('consent', 'granted')");

      expect(await page.evaluate("Object.values(localStorage)")).toEqual(["3"]);
    }));

  test("leaves the page's other pixels alone", () =>
    withShop(async ({ app, page, at, events }) => {
      const other = await addTestSite(app, "shop.test");
      await app.post(`/admin/sites/${other}/settings`, {
        further: "shop.example",
        privacy: "storage",
      });
      await page.goto(at("/a"));
      await page.addScriptTag({ url: `${app.url}/p/${other}.js` });
      await page.addScriptTag({ url: `${app.url}/p/${other}.js` });
      await page.evaluate("footfall('event', 'both')");
      await until(() => events().length === 4, "both sites have both events");

      expect(events().toSorted()).toEqual(["both /a", "both /a", "page_view /a", "page_view /a"]);
    }));

  test("tells nothing to a page that knows only the server", () =>
    withShop(async ({ page, at }) => {
      await page.goto(at());

      expect(await page.evaluate("Object.keys(window).filter((n) => /^ff|foot/i.test(n))")).toEqual(
        ["footfall"],
      );
    }));
});

describe("automatic events", () => {
  const define = (app: TestApp, key: string, name: string, rows: [string, string, string][]) =>
    app.post(`/admin/sites/${key}/events`, {
      name,
      trigger: "automatic",
      kind: rows.map(([kind]) => kind),
      operator: rows.map(([, operator]) => operator),
      value: rows.map(([, , value]) => value),
    });

  test.each([
    ["url", "contains", "/pri", "/pricing", "/about"],
    ["url", "eq", "/pricing", "/pricing?x=1", "/pricing/more"],
    ["url", "ne", "/pricing", "/about", "/pricing"],
    ["url", "contains", "shop", "/shop", "/about"],
    ["url", "eq", "/über", "/über", "/ueber"],
    ["source", "in", "email", "/?utm_medium=email", "/"],
    ["source", "notin", "email", "/", "/?utm_medium=email"],
  ])("%s %s %s fires on %s and not on %s", (kind, operator, value, yes, no) =>
    withShop(async ({ app, key, page, at, events }) => {
      await define(app, key, "wanted", [[kind, operator, value]]);
      await page.goto(at(no));
      await page.evaluate("footfall('event', 'mark')");
      await until(() => events().some((event) => event.startsWith("mark")), "the mark is stored");
      const before = events().filter((event) => event.startsWith("wanted")).length;
      await page.context().clearCookies();
      await page.evaluate("localStorage.clear()");
      await page.goto(at(yes));
      await until(() => events().some((event) => event.startsWith("wanted")), "it fires");

      expect(before).toBe(0);
    }),
  );

  test("scrolled fires once the share is reached, once a view", () =>
    withShop(async ({ app, key, page, at, events }) => {
      await define(app, key, "half", [["scroll", "more", "50"]]);
      await page.goto(at());
      await until(() => events().length === 1, "the view is stored");
      await page.evaluate("scrollTo(0, 300)");
      await page.evaluate("footfall('event', 'mark')");
      await until(() => events().length === 2, "the mark is stored");
      await page.evaluate("scrollTo(0, 2500)");
      await until(() => events().length === 3, "it fires");
      await page.evaluate("scrollTo(0, 0)");
      await page.evaluate("scrollTo(0, 3500)");
      await page.evaluate("footfall('event', 'mark')");
      await until(() => events().length === 4, "the second mark is stored");

      expect(events()).toEqual(["page_view /", "mark /", "half /", "mark /"]);
    }));

  test("a view in a single-page app fires nothing of the views before it", () =>
    withShop(async ({ app, key, page, at, events }) => {
      await define(app, key, "half", [["scroll", "more", "50"]]);
      await define(app, key, "stayed", [["time", "more", "1"]]);
      await page.goto(at("/a"));
      await page.evaluate("history.pushState({}, '', '/b')");
      await page.evaluate("history.pushState({}, '', '/c')");
      await page.evaluate("scrollTo(0, 3500)");
      await until(() => events().some((event) => event.startsWith("stayed")), "time has passed");
      await page.evaluate("footfall('event', 'mark')");
      await until(() => events().includes("mark /c"), "the mark is stored");

      expect(
        events()
          .filter((event) => /half|stayed/.test(event))
          .toSorted(),
      ).toEqual(["half /c", "stayed /c"]);
    }));

  test("time on page: more than fires after the time, less than when one leaves before", () =>
    withShop(async ({ app, key, page, at, events }) => {
      await define(app, key, "stayed", [["time", "more", "1"]]);
      await define(app, key, "hurried", [["time", "less", "1"]]);
      await page.goto(at("/a"));
      await until(() => events().length === 1, "the view is stored");
      await page.goto(at("/b"));
      await until(() => events().includes("stayed /b"), "the time has passed");
      await page.goto("about:blank");

      expect(events().toSorted()).toEqual([
        "hurried /a",
        "page_view /a",
        "page_view /b",
        "stayed /b",
      ]);
    }));

  test("all conditions must hold, and a changed event is live with the next load", () =>
    withShop(async ({ app, key, page, at, events }) => {
      await define(app, key, "reader", [
        ["url", "contains", "/pricing"],
        ["scroll", "more", "50"],
      ]);
      await page.goto(at("/other"));
      await page.evaluate("scrollTo(0, 3500)");
      await page.goto(at("/pricing"));
      await page.evaluate("scrollTo(0, 3500)");
      await until(() => events().includes("reader /pricing"), "it fires");

      expect(events().toSorted()).toEqual([
        "page_view /other",
        "page_view /pricing",
        "reader /pricing",
      ]);
    }));
});
