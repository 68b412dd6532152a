import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { addTestSite, PASSWORD, startApp, submission, type TestApp } from "../../helpers/app.ts";
import { startBrowser } from "../../helpers/browser.ts";

let app: TestApp;
let key: string;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  app = await startApp({ realTime: true });
  key = await addTestSite(app);
  await app.post(`/admin/sites/${key}/events`, { name: "purchase", trigger: "manual" });
  for (const visitor of ["visitor-0000000000001", "visitor-0000000000002"]) {
    await app.send(key, submission({ visitor, url: "https://shop.example/product/shoe" }));
  }
  await app.send(
    key,
    submission({
      visitor: "visitor-0000000000001",
      url: "https://shop.example/thanks",
      events: [
        { name: "identify", props: { email: "sam@buyer.example" } },
        { name: "page_view" },
        { name: "purchase", props: { revenue: 42 } },
      ],
    }),
  );
  browser = await startBrowser();
  page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${app.url}/login`);
  await page.fill("#email", "owner@example.com");
  await page.fill("#password", PASSWORD);
  await page.click("button:has-text('Sign in')");
  await page.waitForURL("**/admin");
});
afterAll(async () => {
  await browser.close();
  await app.close();
});

const open = (path: string) => page.goto(`${app.url}/admin/sites/${key}${path}`);

test("a goal tells what it would have counted while it is typed, and is saved", async () => {
  await open("/goals/new");
  await page.fill("#name", "Sale");
  await page.fill("#match", "purchase");
  await page.waitForSelector("#preview >> text=1 visitor");
  await page.fill("#value", "revenue");
  await page.waitForSelector("#preview >> text=is the sum of revenue");

  await page.click("text=Save goal");
  await page.waitForURL("**/goals?notice=goal-saved");

  await page.waitForSelector(".goal-figures >> text=Sum of revenue");
  expect(await page.innerText(".goal-figures")).toContain("42");
});

test("a funnel is put together step by step, drawn beside, saved and broken down", async () => {
  await open("/funnels/new");
  await page.fill("#name", "To the order");
  await page.fill("#step-0", "/product/*");
  await page.fill("#step-1", "purchase");
  await page.waitForSelector("#preview >> text=of 2 visitors went all the way");
  await page.click("#add-step");
  await page.waitForSelector("#step-2");
  await page.click("#up-2");
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>("#step-1")?.value === "",
  );
  await page.selectOption("select[name=kind] >> nth=1", "page");
  await page.fill("#step-1", "/thanks");

  await page.click("text=Save funnel");
  await page.waitForURL("**/funnels/*?notice=funnel-saved");
  await page.waitForSelector(".funnel >> text=/thanks");
  await page.click("summary:has-text('Not broken down')");
  await page.click(".period-choices >> text=Device");
  await page.waitForSelector(".breakdown >> text=Desktop");

  expect(await page.innerText(".funnel")).toMatch(/1\s50\s%/);
});

test("an event leads to its occurrences, and from there to the contact", async () => {
  await open("?period=today");
  await page.click("[aria-label='Everything about purchase']");
  await page.waitForURL("**/events/statistics?**");
  await page.waitForSelector(".property >> text=revenue");
  await page.click(".happening summary");
  await page.click(".happening >> text=Open the contact");
  await page.waitForURL("**/admin/contacts/*");

  expect(await page.innerText("h1")).toContain("sam@buyer.example");
});

test("the overview leads through a filter, a comparison and a funnel to a person", async () => {
  await open("?period=today");
  await page.click("#panel-devices .bar-row a:has-text('Desktop')");
  await page.waitForURL("**f=is,device,desktop**");
  await page.click("summary:has-text('the period before')");
  await page.click(".menu-body a:has-text('a year ago')");
  await page.waitForURL("**compare=year**");
  await page.waitForSelector("#metric-visitors >> text=none before");

  await page.click(".tabs >> text=Funnels");
  await page.click("a:has-text('To the order')");
  await page.waitForSelector(".funnel >> text=/thanks");
  await page.click(".funnel a:has-text('purchase')");
  await page.waitForURL("**/events/statistics?**");
  await page.click(".happening summary");
  await page.click(".happening >> text=Open the contact");
  await page.waitForURL("**/admin/contacts/*");

  expect(await page.innerText("main")).toContain("purchase");
});

test("retention asks for an event only where one is meant", async () => {
  await open("/retention?period=30d&unit=day");
  const before = await page.isVisible("#return-match");
  await page.selectOption("[name=return]", "event");
  await page.fill("#return-match", "purchase");
  await page.click(".retention-question button");
  await page.waitForURL("**/retention?**return_match=purchase**");
  await page.waitForSelector(".heat");

  expect(before).toBe(false);
  expect(await page.innerText(".heat .average")).toContain("2");
});

test("no page of them complains in the browser", () => {
  expect(complaints).toEqual([]);
});
