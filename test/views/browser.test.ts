import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { startBrowser } from "../helpers/browser.ts";
import { startGallery } from "./gallery.ts";
import { SCREENS } from "./screens.tsx";

const WIDTHS = [360, 760, 1600];

let browser: Browser;
let page: Page;
let gallery: ReturnType<typeof startGallery>;
let complaints: string[] = [];

beforeAll(async () => {
  gallery = startGallery();
  browser = await startBrowser();
  page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
});

afterAll(async () => {
  await browser.close();
  await gallery.stop();
});

/** How far a page reaches beyond the screen, sideways. */
const excess = () =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

// Their only style is inline, admitted by a hash that the gallery's policy does not have.
const withPolicy = Object.keys(SCREENS).filter((name) => !/^(?:unsubscribe|link-gone)/.test(name));

test.each(withPolicy)("%s fits any screen and keeps to the content policy", async (name) => {
  complaints = [];
  await page.goto(`${gallery.url}/${name}`);

  const tooWide: number[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    if ((await excess()) > 0) tooWide.push(width);
  }

  expect(tooWide).toEqual([]);
  expect(complaints).toEqual([]);
});

test("the chart tells a value when it is pointed at", async () => {
  await page.setViewportSize({ width: 1200, height: 800 });
  await page.goto(`${gallery.url}/statistics-today`);
  const column = page.locator(".columns li").nth(3);

  await column.hover();

  expect(await column.locator(".tip").isVisible()).toBe(true);
  expect(await column.locator(".tip").innerText()).toContain("03:00");
  expect(await page.locator(".tip:visible").count()).toBe(1);
});

test.each([360, 1200])("the open period menu holds what is in it at %d px", async (width) => {
  await page.setViewportSize({ width, height: 800 });
  await page.goto(`${gallery.url}/statistics`);

  await page.click(".period-picker summary");

  const sizes = await page
    .locator(".period-picker .menu-body")
    .evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth] as const);
  expect(sizes[0]).toBeLessThanOrEqual(sizes[1]);
  expect(await excess()).toBe(0);
});

test("Escape closes the period menu and leaves the keyboard on its button", async () => {
  await page.goto(`${gallery.url}/statistics`);
  await page.click(".period-picker summary");
  await page.keyboard.press("Tab");

  await page.keyboard.press("Escape");

  expect(await page.locator(".period[open]").count()).toBe(0);
  expect(await page.locator(".period-picker summary:focus").count()).toBe(1);
});

test("a phone's navigation shows where one is", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${gallery.url}/email`);

  const box = (await page.locator(".nav [aria-current]").boundingBox())!;

  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(360);
});

test.each([360, 1440])("nothing moves when the parts of a page come, at %d px", async (width) => {
  await page.setViewportSize({ width, height: 800 });
  const places = async (name: string) => {
    await page.goto(`${gallery.url}/${name}`);
    return page.locator("#cards, #chart, [id^=panel-]").evaluateAll((parts) =>
      parts.map((part) => {
        const { y, height } = part.getBoundingClientRect();
        return [part.id, Math.round(y), Math.round(height)] as const;
      }),
    );
  };

  const waiting = await places("statistics-waiting");
  const come = await places("statistics");

  expect(waiting).toHaveLength(8);
  expect(come).toEqual(waiting);
});

test("a menu at the edge of the screen opens to where there is room", async () => {
  await page.setViewportSize({ width: 800, height: 800 });
  await page.goto(`${gallery.url}/statistics-filtered`);

  for (const menu of await page.locator(".menu").all()) {
    await menu.locator("summary").first().click();
    const box = (await menu.locator(".menu-body").boundingBox())!;

    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(800);
    await page.keyboard.press("Escape");
  }
});
