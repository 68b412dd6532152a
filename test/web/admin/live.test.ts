import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { addTestSite, startApp, submission, type TestApp } from "../../helpers/app.ts";
import { startBrowser, until } from "../../helpers/browser.ts";

let app: TestApp;
let key: string;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  app = await startApp({ realTime: true });
  key = await addTestSite(app);
  browser = await startBrowser();
  page = await browser.newPage();
  await page.goto(`${app.url}/login`);
  await page.fill("#email", "owner@example.com");
  await page.fill("#password", "a long password");
  await page.click("button:has-text('Sign in')");
  await page.waitForURL("**/admin");
});
afterAll(async () => {
  await browser.close();
  await app.close();
});

const view = (path: string) => app.send(key, submission({ url: `https://shop.example${path}` }));
const base = () => `/admin/sites/${key}/live`;
const shown = () => page.locator("#feed li:visible").count();

describe("/admin/sites/:key/live", () => {
  test("shows the pages that are asked for, before and after it is opened", async () => {
    await view("/blog/before[1]");
    await view("/pricing");

    await page.goto(`${app.url}${base()}?page=${encodeURIComponent("/blog/*[1]")}`);
    const before = await shown();
    await view("/blog/after");
    await view("/blog/after[1]");
    await page.waitForSelector("#feed li:has-text('/blog/after[1]')");

    expect(before).toBe(1);
    expect(await shown()).toBe(2);
  });

  test("holds still, counts what comes meanwhile, and shows it when it goes on", async () => {
    await page.goto(`${app.url}${base()}`);
    const before = await shown();
    await view("/one");
    await page.waitForSelector("#feed >> text=/one");

    await page.click("[data-pause]");
    await view("/two");
    await view("/three");
    await page.waitForSelector("[data-pause] >> text=Go on: 2 new");
    const held = await shown();
    await page.click("[data-pause]");

    expect(held).toBe(before + 1);
    expect(await shown()).toBe(before + 3);
    expect(await page.innerText("[data-pause]")).toBe("Pause");
  });

  test("keeps only so many rows in the page", async () => {
    await page.goto(`${app.url}${base()}`);

    await page.evaluate(() => {
      const feed = document.getElementById("feed")!;
      for (let row = 0; row < 500; row += 1) feed.prepend(feed.firstElementChild!.cloneNode(true));
    });

    await until(async () => (await shown()) === 200, "the oldest rows are gone");
  });

  test("tells who is there now, in words that look again by themselves", async () => {
    const html = await (await app.get(`${base()}/now`)).text();

    expect(html).toContain("1 visitor now");
    expect(html).toContain('hx-trigger="every 10s"');
  });

  test("says what is no path, and shows all", async () => {
    const response = await app.get(`${base()}?page=blog`);

    expect(response.status).toBe(422);
    expect(await response.text()).toContain('id="page-error" role="alert">Enter a path');
  });
});
