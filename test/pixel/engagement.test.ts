import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { snippet } from "../../src/pixel/compose.ts";
import { addTestSite, startApp, type TestApp } from "../helpers/app.ts";
import { newVisitor, startBrowser, startWebsite, until } from "../helpers/browser.ts";
import { storedEvents } from "../helpers/rows.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

interface Setting {
  readonly app: TestApp;
  readonly page: Page;
  readonly at: (path: string) => string;
  /** What was told of how pages were looked at, and of which. */
  readonly told: () => { page: string; engaged: number; scroll: number; session: number }[];
  readonly views: () => number;
  /** Lets time pass in the page, and nothing happen. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Shows or hides the page, as another tab in front of it does. */
  readonly show: (isShown: boolean) => Promise<void>;
  readonly focus: (hasFocus: boolean) => Promise<void>;
}

// What a window in front of it does cannot be done to a page of a browser without a screen.
const SWITCHES = `<script>
  let hidden = false, focused = true;
  const { get } = Object.getOwnPropertyDescriptor(Document.prototype, 'hidden');
  Object.defineProperty(document, 'hidden', { get: () => hidden || get.call(document) });
  document.hasFocus = () => focused;
  window.show = (isShown) => {
    hidden = !isShown;
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  };
  window.focusOn = (hasFocus) => {
    focused = hasFocus;
    dispatchEvent(new Event(hasFocus ? 'focus' : 'blur'));
  };
</script>`;

/** A page of five screens with the pixel, in a browser whose clock is moved by hand. */
async function withPage(
  act: (setting: Setting) => Promise<void>,
  options: { privacy?: string; height?: string; viewport?: { width: number; height: number } } = {},
) {
  const app = await startApp({ realTime: true });
  const key = await addTestSite(app, "shop.example", options.privacy ?? "storage");
  const head = `<!doctype html><title>Shop</title>${SWITCHES}${snippet(app.url, key)}`;
  const website = startWebsite({
    "*": `${head}<body style="margin:0"><div style="height:${options.height ?? "5000px"}">long</div>`,
  });
  const context = await newVisitor(browser, {
    viewport: options.viewport ?? { width: 800, height: 1000 },
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.clock.install();
  const told = () =>
    storedEvents(app)
      .filter(({ name }) => name === "engagement")
      .map(({ page: path, properties, session }) => ({
        page: path,
        ...(JSON.parse(properties!) as { engaged: number; scroll: number }),
        session,
      }));
  try {
    await act({
      app,
      page,
      at: (path) => website.at("shop.example", path),
      told,
      views: () => storedEvents(app).filter(({ name }) => name === "page_view").length,
      wait: (seconds) => page.clock.fastForward(seconds * 1000),
      show: (isShown) => page.evaluate(`show(${isShown})`),
      focus: (hasFocus) => page.evaluate(`focusOn(${hasFocus})`),
    });
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    website.stop();
    await app.close();
  }
}

/** To within the second that a busy machine takes by itself. */
const about = (seconds: number, { engaged }: { engaged: number }) => {
  expect(engaged / 10).toBeGreaterThanOrEqual(seconds);
  expect(engaged / 10).toBeLessThan(seconds + 5);
};

describe("engaged time", () => {
  test("is told when the page is hidden, and again when it was looked at further", () =>
    withPage(async ({ page, at, told, views, wait, show }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      await wait(20);
      await show(false);
      await until(() => told().length === 1, "the first part is stored");
      await wait(600);
      await show(true);
      await wait(30);
      await show(false);
      await until(() => told().length === 2, "the second part is stored");

      about(20, told()[0]!);
      about(30, told()[1]!);
      expect(told().map((each) => each.page)).toEqual(["/a", "/a"]);
      expect(views()).toBe(1);
    }));

  test("is told of the page that is left, when it is left for another", () =>
    withPage(async ({ page, at, told, views, wait }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      await wait(10);
      await page.goto(at("/b"));
      await until(() => told().length === 1, "the first page's time is stored");

      about(10, told()[0]!);
      expect(told()[0]!.page).toBe("/a");
    }));

  test("is told of the route that is left, before the view of the next", () =>
    withPage(async ({ app, page, at, told, views, wait }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      await wait(12);
      await page.evaluate("history.pushState({}, '', '/b')");
      await until(() => views() === 2 && told().length === 1, "the next view is stored");
      await wait(7);
      await page.evaluate("history.pushState({}, '', '/c')");
      await until(() => views() === 3 && told().length === 2, "the third view is stored");

      expect(storedEvents(app).map((event) => `${event.name} ${event.page}`)).toEqual([
        "page_view /a",
        "engagement /a",
        "page_view /b",
        "engagement /b",
        "page_view /c",
      ]);
      about(12, told()[0]!);
      about(7, told()[1]!);
    }));

  test("stands still while the page has no focus", () =>
    withPage(async ({ page, at, told, views, wait, show, focus }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      await wait(5);
      await focus(false);
      await wait(40);
      await focus(true);
      await wait(6);
      await show(false);
      await until(() => told().length === 1, "the time is stored");

      about(11, told()[0]!);
    }));

  test("stands still a minute after the last sign of life, until the next", () =>
    withPage(async ({ page, at, told, views, wait, show }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      await wait(300);
      await page.mouse.move(10, 10);
      await wait(20);
      await page.keyboard.press("a");
      await wait(20);
      await show(false);
      await until(() => told().length === 1, "the time is stored");

      about(100, told()[0]!);
    }));

  test.each([
    ["goes on", "aloud", false, 100],
    ["stands still after a minute", "without sound", true, 60],
  ])("%s while a video plays %s", (_, __, isMuted, seconds) =>
    withPage(async ({ page, at, told, views, wait, show }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      await page.evaluate("document.body.append(document.createElement('video'))");
      await page.evaluate(`document.querySelector('video').muted = ${isMuted}`);
      await wait(50);
      await page.evaluate("document.querySelector('video').dispatchEvent(new Event('timeupdate'))");
      await wait(50);
      await show(false);
      await until(() => told().length === 1, "the time is stored");

      about(seconds, told()[0]!);
    }),
  );

  test("is told now and then while somebody reads on, so that the visit goes on", () =>
    withPage(async ({ page, at, told, views, wait }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      for (let minute = 0; minute < 22; minute += 1) {
        await wait(59);
        await page.mouse.move(10, 10 + minute);
      }
      await until(() => told().length === 1, "what was read is stored");

      expect(told()[0]!.engaged / 10).toBeGreaterThan(1200);
    }));

  test("of less than a second is not told", () =>
    withPage(async ({ page, at, told, views, show }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      await page.evaluate("history.pushState({}, '', '/b'); history.pushState({}, '', '/c')");
      await until(() => views() === 3, "all views are stored");
      await show(false);

      expect(told().filter((each) => each.page === "/b")).toEqual([]);
    }));

  test("counts for the page that comes back from the back/forward cache as for a view", () =>
    withPage(async ({ page, at, told, views, wait, show }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the first view is stored");
      await page.goto(at("/b"));
      await until(() => views() === 2, "the second view is stored");
      await page.evaluate("setTimeout(() => history.back())");
      await page.clock.runFor(100).catch(() => {});
      await until(() => views() === 3, "the third view is stored");
      await wait(15);
      await show(false);
      await until(() => told().some(({ engaged }) => engaged >= 150), "the time is stored");

      expect(told().at(-1)!.page).toBe("/a");
      about(15, told().at(-1)!);
    }));

  test("that could not be sent is sent with the next page, once", () =>
    withPage(async ({ page, at, told, views, wait }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      await page.context().setOffline(true);
      await wait(10);
      await page.evaluate("show(false)");
      await page.waitForFunction("Object.keys(localStorage).some((key) => key.includes('.'))");
      await page.context().setOffline(false);
      await page.goto(at("/b"));
      await until(() => views() === 2 && told().length > 0, "what waited is stored");
      await page.waitForFunction("!Object.keys(localStorage).some((key) => key.includes('.'))");

      expect(told().filter((each) => each.page === "/a")).toHaveLength(1);
      about(10, told()[0]!);
    }));

  test("of a page on which somebody agrees belongs to its view before that", () =>
    withPage(
      async ({ app, page, at, told, views, wait, show }) => {
        await page.goto(at("/a"));
        await until(() => views() === 1, "the view is stored");
        await wait(5);
        await page.evaluate("footfall('consent', 'granted')");
        await wait(20);
        await show(false);
        await until(() => told().length === 1, "the time is stored");

        about(25, told()[0]!);
        expect(told()[0]!.session).toBe(storedEvents(app)[0]!.session);
      },
      { privacy: "consent" },
    ));

  test("is kept to itself in strict mode until there is consent", () =>
    withPage(
      async ({ app, page, at, told, wait, show }) => {
        await page.goto(at("/a"));
        await wait(20);
        await show(false);
        await show(true);
        await page.evaluate("footfall('consent', 'granted')");
        await wait(8);
        await show(false);
        await until(() => told().length === 1, "the time since is stored");

        about(8, told()[0]!);
        expect(storedEvents(app)).toHaveLength(2);
      },
      { privacy: "strict" },
    ));

  test("is sent without anything kept in the browser in cookieless mode", () =>
    withPage(
      async ({ page, at, told, wait, views, show }) => {
        await page.goto(at("/a"));
        await until(() => views() === 1, "the view is stored");
        await wait(8);
        await show(false);
        await until(() => told().length === 1, "the time is stored");

        expect(await page.evaluate("Object.keys(localStorage).length")).toBe(0);
      },
      { privacy: "cookieless" },
    ));
});

describe("scroll depth", () => {
  test("is the furthest that was seen, in percent of the page as it is by then", () =>
    withPage(async ({ page, at, told, views, show }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      await page.evaluate("scrollTo(0, 2000)");
      await page.waitForFunction("scrollY === 2000");
      await page.evaluate(
        "new Promise((done) => addEventListener('scrollend', done) || scrollTo(0, 0))",
      );
      await show(false);
      await until(() => told().length === 1, "the depth is stored");
      await show(true);
      await page.evaluate("document.querySelector('div').style.height = '10000px'");
      await page.evaluate(
        "new Promise((done) => addEventListener('scrollend', done) || scrollTo(0, 4000))",
      );
      await show(false);
      await until(() => told().length === 2, "the new depth is stored");

      expect(told().map(({ scroll }) => scroll)).toEqual([60, 50]);
    }));

  test("is 100 where all fits, and what is on the screen where nobody scrolls", () =>
    withPage(async ({ page, at, told, views, wait, show }) => {
      await page.goto(at("/long"));
      await until(() => views() === 1, "the first view is stored");
      await wait(2);
      await show(false);
      await until(() => told().length === 1, "the long page is stored");
      await show(true);
      await page.evaluate("document.querySelector('div').style.height = '300px'");
      await page.evaluate("history.pushState({}, '', '/short')");
      await wait(2);
      await show(false);
      await until(() => told().length === 2, "the short page is stored");

      expect(told().map(({ scroll }) => scroll)).toEqual([20, 100]);
    }));

  test("begins anew with each route", () =>
    withPage(async ({ page, at, told, views, wait, show }) => {
      await page.goto(at("/a"));
      await until(() => views() === 1, "the view is stored");
      await page.evaluate(
        "new Promise((done) => addEventListener('scrollend', done) || scrollTo(0, 4000))",
      );
      await page.evaluate("history.pushState({}, '', '/b'); scrollTo(0, 0)");
      await until(() => views() === 2, "the next view is stored");
      await wait(2);
      await show(false);
      await until(() => told().length === 2, "both are stored");

      expect(told().map((each) => `${each.page} ${each.scroll}`)).toEqual(["/a 100", "/b 20"]);
    }));
});

test("a site may do without: its pixel measures nothing", async () => {
  const app = await startApp({ realTime: true });
  const key = await addTestSite(app, "shop.example", "storage");
  const scriptOf = async () => (await fetch(`${app.url}/p/${key}.js`)).text();
  const before = await scriptOf();

  await app.post(`/admin/sites/${key}/settings`, { further: "", privacy: "storage" });
  const without = await scriptOf();
  await app.post(`/admin/sites/${key}/settings`, {
    further: "",
    privacy: "storage",
    engagement: "on",
  });

  expect(before).toContain("engagement");
  expect(without).not.toContain("engagement");
  expect(await scriptOf()).toBe(before);
  await app.close();
});
