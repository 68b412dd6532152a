import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { addTestSite, PASSWORD, startApp, submission, type TestApp } from "../../helpers/app.ts";
import { startBrowser } from "../../helpers/browser.ts";

let app: TestApp;
let browser: Browser;
let page: Page;
let key = "";
const complaints: string[] = [];

beforeAll(async () => {
  app = await startApp({ realTime: true, env: { FOOTFALL_RATE_LIMIT: "0" } });
  key = await addTestSite(app);
  for (const [visitor, path, referrer, zone] of [
    ["a", "/", "https://www.google.com/", "Europe/Paris"],
    ["b", "/pricing", "https://www.google.com/", "Europe/Berlin"],
    ["c", "/", "", "Europe/Paris"],
  ]) {
    const url = `https://shop.example${path}`;
    await app.send(
      key,
      submission({ visitor: `visitor-${visitor}-0000000000`, url, page: { referrer, zone } }),
    );
  }
  browser = await startBrowser();
  page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(`${app.url}/login`);
  await page.fill("[name=email]", "owner@example.com");
  await page.fill("[name=password]", PASSWORD);
  await page.click("main button");
  await page.waitForURL("**/admin");
});
afterAll(async () => {
  await browser.close();
  await app.close();
});

/** Until every part of the page is there. */
const complete = () => page.waitForFunction(() => !document.querySelector("[aria-busy]"));
const figure = (name: string) => page.locator(`#metric-${name} b`).innerText();

test("a row filters everything, and its chip gives it up", async () => {
  await page.goto(`${app.url}/admin/sites/${key}`);
  await page.click("#panel-sources .bar-row a:has-text('Search')");
  await page.waitForURL("**f=is,source,search**");
  await complete();
  expect(await figure("visitors")).toBe("2");

  await page.click(".chip .remove");
  await page.waitForURL(`**/admin/sites/${key}`);
  await complete();
  expect(await figure("visitors")).toBe("3");
});

test("a filter is made in the form, from what was recorded", async () => {
  await page.click(".filters > .menu summary");
  await page.selectOption(".filter-form [name=dimension]", "country");
  await page.click(".filter-form .check:has-text('Germany')");
  await page.click(".filter-form .btn.main");
  await page.waitForURL("**f=is,country,DE**");
  await complete();

  expect(await figure("visitors")).toBe("1");
  expect(await page.locator(".chip").innerText()).toContain("Country is Germany");
});

test("a chip is changed where it stands, and says what is wrong", async () => {
  await page.click(".chip summary");
  await page.selectOption(".chip [name=operator]", "contains");
  await page.waitForSelector(".chip .filter-form [aria-label=Text]");
  for (const input of await page.locator(".chip [name=typed]").all()) await input.fill("");
  await page.click(".chip .btn.main");
  expect(await page.locator(".chip [role=alert]").innerText()).toContain("Country: enter a value");

  await page.fill(".chip [name=typed]", "F");
  await page.click(".chip .btn.main");
  await page.waitForURL("**f=contains,country,F**");
  await complete();
  expect(await figure("visitors")).toBe("2");
});

test("a metric switches the chart, and the keyboard stays on it", async () => {
  await page.click("#metric-bounce_rate");
  await page.waitForURL("**metric=bounce_rate**");
  await complete();

  expect(await page.locator("#chart figcaption").innerText()).toContain("Bounce rate");
  expect(await page.locator("#metric-bounce_rate:focus").count()).toBe(1);
});

test("a tab of a panel stays chosen", async () => {
  await page.click("#tab-pages-entry_page");
  await page.waitForSelector("#tab-pages-entry_page[aria-pressed=true]");
  await page.reload();
  await complete();

  expect(await page.getAttribute("#tab-pages-entry_page", "aria-pressed")).toBe("true");
});

test("what is looked at is saved for the team", async () => {
  await page.click("#views summary");
  await page.fill("#views [name=name]", "From F");
  await page.click("#views .btn:has-text('Save')");
  await page.waitForSelector("#views-body a[aria-current]");
  await page.goto(`${app.url}/admin/sites/${key}`);
  await page.click("#views summary");
  await page.click("#views a:has-text('From F')");
  await page.waitForURL("**f=contains,country,F**");

  expect(await page.locator("#views summary").first().innerText()).toContain("From F");
});

test("a panel opens as a list that is searched as one types", async () => {
  await page.goto(`${app.url}/admin/sites/${key}`);
  await complete();
  await page.click("#panel-pages footer a");
  await complete();
  await page.fill("[type=search]", "PRIC");
  await page.waitForFunction(() => document.querySelectorAll("#list tbody tr").length === 1);

  expect(await page.locator("#list tbody").innerText()).toContain("/pricing");
  expect(page.url()).toContain("q=PRIC");
  expect(await page.getAttribute("#list a[download]", "href")).toContain(".csv?q=PRIC");
});

test("nothing of it made the browser complain, but the one refusal", () => {
  expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
});
