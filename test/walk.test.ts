import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { AGENT } from "./helpers/app.ts";
import { newVisitor, startBrowser, startWebsite, until } from "./helpers/browser.ts";
import { startExecutable, type Started } from "./helpers/executable.ts";
import { startReceiver, type HttpReceiver } from "./helpers/http-receiver.ts";
import { startMailServer, type MailServer } from "./helpers/mail-server.ts";

// The way of a newcomer through the shipped executable, as a person sees it: an owner in one
// browser profile, a shopper in a second, the same shopper on another machine in a third.

let browser: Browser;
let footfall: Started;
let mailServer: MailServer;
let receiver: HttpReceiver;
let site: ReturnType<typeof startWebsite>;
let owner: Page;
let shopper: BrowserContext;
const pages: Record<string, string> = {};
let key = "";

beforeAll(async () => {
  [browser, mailServer] = await Promise.all([startBrowser(), startMailServer()]);
  receiver = startReceiver();
  footfall = await startExecutable({ env: { FOOTFALL_ALLOW_NETWORKS: "127.0.0.0/8" } });
  site = startWebsite(pages);
  owner = await (await browser.newContext({ locale: "en-GB" })).newPage();
  shopper = await newVisitor(browser);
});

afterAll(async () => {
  await browser.close();
  site.stop();
  await footfall.clean();
  await mailServer.stop();
  await receiver.stop();
});

const at = (path: string) => site.at("shop.example", path);
const open = (path: string) => owner.goto(footfall.url + path);
const text = () => owner.locator("main").innerText();

describe("a newcomer", () => {
  test("makes the owner's account by the link on the console, once", async () => {
    const link = /set it up at (\S+)/.exec(footfall.said())![1]!;
    await owner.goto(link);
    await owner.fill("#name", "Ann Owner");
    await owner.fill("#email", "ann@shop.example");
    await owner.fill("#password", "a long password");
    await owner.click("button.main");
    await owner.waitForURL("**/admin");

    expect(await text()).toContain("Try it on the demo site");
    expect(await text()).toContain("Add your website");
  });

  test("tries the demo site, whose events appear within a second", async () => {
    const [demo] = await Promise.all([
      owner.context().waitForEvent("page"),
      owner.click("text=Open the demo site"),
    ]);
    await demo.waitForLoadState();
    expect(demo.url()).toContain("demo.localhost");
    // The overview asks by itself whether there is a site by now, and goes on to it.
    await owner.waitForSelector("#feed >> text=Viewed a page", { timeout: 20_000 });

    await demo.click("text=Trail shoe");
    const before = Date.now();
    await demo.click("text=Add to cart");
    await owner.waitForSelector("#feed >> text=add_to_cart", { timeout: 5000 });

    expect(Date.now() - before).toBeLessThan(1500);
    await demo.close();
  });

  test("adds a website: mistakes are shown at the field, then comes the snippet", async () => {
    await open("/admin/sites");
    await owner.fill("#domain", "not a domain");
    await owner.click("text=Add site");
    await owner.waitForSelector("#domain-error");
    expect(await owner.locator("#domain-error").innerText()).toContain("example.com");

    await owner.fill("#domain", "https://Shop.example/cart");
    await owner.check("input[value=storage]");
    await owner.click("text=Add site");
    await owner.waitForURL("**/install");
    expect(await text()).toContain("Waiting for the first event");
    key = /sites\/([\w-]+)\/install/.exec(owner.url())![1]!;

    await owner
      .context()
      .newPage()
      .then(async (page) => {
        await page.goto(`${footfall.url}/admin/sites`);
        await page.fill("#domain", "shop.example");
        await page.click("text=Add site");
        await page.waitForSelector("#domain-error");
        expect(await page.locator("#domain-error").innerText()).toContain("tracked already");
        await page.close();
      });

    const snippet = await owner.locator("#snippet").innerText();
    const page = (body: string) =>
      `<!doctype html><title>Shop</title>${snippet}<body>${body}<p style="height:3000px">long</p>`;
    pages["/"] = page("home");
    pages["/pricing"] = page("pricing");
    pages["/product"] = page("product");
  });

  test("sees the first event turn the page green by itself", async () => {
    const visit = await shopper.newPage();
    await visit.goto(at("/"));
    await owner.waitForSelector("text=It works", { timeout: 10_000 });
    await visit.close();

    expect(await text()).toContain("It works");
  });

  test("defines an automatic and a manual event", async () => {
    await open(`/admin/sites/${key}/events/new?trigger=automatic`);
    await owner.fill("#name", "from_newsletter");
    await owner.fill("[name=value]", "");
    await owner.click("text=Save event");
    await owner.waitForSelector("[role=alert]");
    await owner.click("button:has-text('Traffic source')");
    await owner.waitForSelector("select[name=value]");
    await owner.click("[aria-label='Remove the condition Current page URL']");
    await owner.waitForSelector("[aria-label='Remove the condition Current page URL']", {
      state: "detached",
    });
    await owner.click("text=Save event");
    await owner.waitForURL("**/events?notice=event-saved");

    for (const name of ["add_to_cart", "purchase"]) {
      await open(`/admin/sites/${key}/events/new?trigger=manual`);
      expect(await owner.locator("#manual-code").innerText()).toContain("footfall('event'");
      await owner.fill("#name", name);
      expect(await owner.locator("#manual-code").innerText()).toContain(`'${name}'`);
      await owner.click("text=Save event");
      await owner.waitForURL("**/events/*?notice=event-saved");
      expect(await owner.locator("#manual-code").innerText()).toContain(`'${name}'`);
    }

    await open(`/admin/sites/${key}/events`);
    const list = await text();
    expect(list).toContain("the visitor came from E-mail");
    expect(list).toContain("add_to_cart");
  });

  test("sets up the mail server and sends a test", async () => {
    await open("/admin/settings/email");
    await owner.fill("#host", "127.0.0.1");
    await owner.fill("#port", String(mailServer.port));
    await owner.selectOption("#security", "none");
    await owner.fill("#fromName", "Shop");
    await owner.fill("#fromAddress", "shop@shop.example");
    await owner.click("button:has-text('Save')");
    await owner.waitForURL("**notice=saved");
    await owner.click("button:has-text('Send a test')");
    await owner.waitForSelector("text=The server took it");

    expect(mailServer.mails.at(-1)!.to).toBe("ann@shop.example");
  });

  test("builds and publishes a flow: event, wait, e-mail, webhook; the purchase stops it", async () => {
    await open("/admin/flows");
    await owner.fill("[name=name]", "Cart left behind");
    await owner.click("text=New flow");
    await owner.waitForURL("**step=trigger");
    await owner.click("text=Publish");
    await owner.waitForSelector("text=cannot be published yet");
    await owner.goBack();

    await owner.selectOption("#event", { label: "add_to_cart on shop.example" });
    await owner.fill("[name=property]", "value");
    await owner.selectOption("[name=operator]", "more than");
    await owner.fill("input[name=value]", "50");
    await owner.selectOption("#stop", "purchase");
    await owner.click("aside >> text=Save");
    await owner.waitForURL("**notice=draft-saved");
    for (const kind of ["Wait", "E-mail", "Webhook"]) {
      const last = owner.locator(".plus").last();
      if ((await last.getAttribute("open")) === null) await last.locator("summary").click();
      await last.locator(`button:has-text("${kind}")`).click();
      await owner.waitForURL("**notice=draft-saved");
      if (kind === "Wait") {
        await owner.fill("[name=amount]", "1");
        await owner.selectOption("[name=unit]", "seconds");
      }
      if (kind === "E-mail") {
        await owner.fill("#subject", "You left {{ event.name }} {{ event.sku }}");
        await owner.fill(
          "#text",
          `Hello {{ contact.first_name | default: "there" }},\n\nyour {{ event.sku }} waits: ${at("/pricing")}`,
        );
      }
      if (kind === "Webhook") await owner.fill("#url", `${receiver.url}crm`);
      await owner.click("text=Save step");
      await owner.waitForLoadState();
    }
    await owner.click("text=Publish");
    await owner.waitForURL("**notice=published");

    expect(await text()).toContain("Running · version 1");
  });
});

describe("a shopper", () => {
  let page: Page;

  test("browses, reloads, and is one visitor with live events and statistics", async () => {
    await open(`/admin/sites/${key}/live`);
    page = await shopper.newPage();
    await page.goto(at("/pricing"));
    await page.reload();
    await owner.waitForSelector("#feed >> text=/pricing");

    await open(`/admin/sites/${key}`);
    const figure = async (name: string) =>
      Number(await owner.locator(`.metrics a:has-text("${name}") b`).innerText());
    expect(await figure("Visitors")).toBe(1);
    expect(await figure("Views")).toBe(3);
    await owner.waitForSelector("#panel-pages >> text=/pricing");
  });

  test("is a claimed contact without a signature, and nothing is sent to it", async () => {
    const other = await newVisitor(browser);
    const claimer = await other.newPage();
    await claimer.goto(at("/product"));
    await claimer.evaluate("footfall('identify', { email: 'victim@other.example' })");
    await claimer.evaluate("footfall('event', 'add_to_cart', { sku: 'spam', value: 99 })");
    await open("/admin/contacts");
    await until(async () => {
      await owner.reload();
      return (await text()).includes("victim@other.example");
    }, "the claimed contact appears");
    expect(await text()).toContain("Claimed");

    await owner.click("text=victim@other.example");
    await until(async () => {
      await owner.reload();
      return (await text()).includes("not confirmed");
    }, "its run is held");
    expect(mailServer.mails.some(({ to }) => to === "victim@other.example")).toBe(false);
    await other.close();
  });

  test("signed, gets the mail of the flow with what was in the cart, and the webhook is called", async () => {
    await open(`/admin/sites/${key}/settings`);
    await owner.click("text=Show the secret");
    const secret = await owner.locator("#secret").innerText();
    const email = "sam@buyer.example";
    const signature = createHmac("sha256", secret.trim()).update(email).digest("hex");

    await page.evaluate(
      `footfall('identify', { email: '${email}', first_name: 'Sam' }, { signature: '${signature}' });
       footfall('event', 'add_to_cart', { sku: 'trail shoe', value: 89.9 });
       footfall('event', 'add_to_cart', { sku: 'cheap', value: 9 })`,
    );
    const mail = await until(
      () => mailServer.mails.find(({ to }) => to === email),
      "the mail arrives",
    );
    const call = await until(() => receiver.requests[0], "the webhook is called");

    expect(mail.mail.subject).toBe("You left add_to_cart trail shoe");
    expect(mail.mail.text).toContain("Hello Sam,");
    expect(mail.mail.text).toContain("your trail shoe waits");
    expect(mail.raw).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
    expect(call.headers["webhook-id"]).toMatch(/^\d+\.\d+\.[\w-]{12}$/);
    expect(JSON.parse(call.body)).toMatchObject({
      contact: { email },
      event: { name: "add_to_cart", properties: { sku: "trail shoe" } },
    });
    expect(mailServer.mails.filter(({ to }) => to === email)).toHaveLength(1);
  });

  test("is a verified contact with a timeline, and the flow's screen counts it", async () => {
    await open("/admin/contacts?q=sam");
    await owner.click("text=sam@buyer.example");
    const contact = await text();
    expect(contact).toContain("verified by signed identify");
    expect(contact).toContain("add_to_cart");
    expect(contact).toContain("/pricing");

    await open("/admin/flows");
    await owner.click("text=Cart left behind");
    // A reload in the middle of a navigation is an error of its own.
    await owner.waitForURL(/\/admin\/flows\/\d+/);
    await until(async () => {
      await owner.reload();
      return /1\s*held/.test(await text());
    }, "one is held");
    expect(await text()).toMatch(/2\s*entered/);
    await owner.click("text=People");
    expect(await text()).toContain("sam@buyer.example");
  });

  test("who buys before the wait is over gets no mail", async () => {
    const before = mailServer.mails.length;
    await page.evaluate("footfall('event', 'add_to_cart', { sku: 'again', value: 60 })");
    await page.evaluate("footfall('event', 'purchase', { value: 60 })");
    await open("/admin/flows");
    await owner.click("text=Cart left behind");
    // A reload in the middle of a navigation is an error of its own.
    await owner.waitForURL(/\/admin\/flows\/\d+/);
    await until(async () => {
      await owner.reload();
      return /1\s*stopped/.test(await text());
    }, "the run is stopped");
    await Bun.sleep(1500);

    expect(mailServer.mails.length).toBe(before);
  });
});

describe("the link in the mail", () => {
  let elsewhere: BrowserContext;
  let page: Page;
  let link = "";

  test("leads over this server to the page, whose address is clean at once", async () => {
    const mail = mailServer.mails.find(({ to }) => to === "sam@buyer.example")!;
    link = /http\S+\/l\/[\w-]+/.exec(mail.mail.text ?? "")![0];
    expect(mail.raw).not.toContain("ff_id");

    await makeNewsletterFlow();
    elsewhere = await newVisitor(browser);
    page = await elsewhere.newPage();
    await page.goto(link);

    expect(page.url()).toBe(at("/pricing"));
  });

  test("ties a browser never seen before once its user acts, from the click on", async () => {
    const untied = await contactText();
    await page.mouse.wheel(0, 400);
    await until(async () => {
      const now = await contactText();
      return now.includes("from_newsletter") && !untied.includes("from_newsletter");
    }, "the visit belongs to the contact");

    await page.evaluate("footfall('event', 'purchase', { value: 1 })");
    await until(async () => (await contactText()).includes("purchase"), "so does what follows");
  });

  test("gives the visit the source e-mail, fires the event and starts the flow on it", async () => {
    await open(`/admin/sites/${key}`);
    await until(
      async () => /E-mail\s*Visitors:\s*1/.test(await text()),
      "the panel of sources names the mail",
    );
    const mail = await until(
      () => mailServer.mails.find(({ mail: { subject } }) => subject === "Welcome back"),
      "the second flow sends its mail",
    );

    expect(mail.to).toBe("sam@buyer.example");
    await elsewhere.close();
  });

  test("is worth nothing to a second browser that got hold of the one-time parameter", async () => {
    const response = await fetch(link, { redirect: "manual", headers: { "user-agent": AGENT } });
    const location = response.headers.get("location")!;
    const first = await newVisitor(browser);
    const second = await newVisitor(browser);
    for (const context of [first, second]) {
      const opened = await context.newPage();
      await opened.goto(location);
      await opened.mouse.wheel(0, 300);
      await opened.evaluate("footfall('event', 'add_to_cart', { value: 1 })");
    }
    await until(async () => {
      await open(`/admin/sites/${key}/refused`);
      return (await text()).includes("ff_id was used");
    }, "the second use is refused");

    await first.close();
    await second.close();
  });

  test("unsubscribes on a press of the button only", async () => {
    const mail = mailServer.mails.find(({ to }) => to === "sam@buyer.example")!;
    const address = /http\S+\/u\/[\w-]+/.exec(mail.mail.text ?? "")![0];
    await (await fetch(address)).text();
    expect(await contactText()).not.toContain("unsubscribed");

    const reader = await (await newVisitor(browser)).newPage();
    await reader.goto(address);
    await reader.click("button");
    expect(await reader.innerText("main")).toContain("No more mails");
    expect(await contactText()).toContain("unsubscribed");
    await reader.context().close();
  });

  async function contactText(): Promise<string> {
    await open("/admin/contacts?q=sam");
    await owner.click("text=sam@buyer.example");
    await owner.waitForURL("**/contacts/*");
    return text();
  }

  async function makeNewsletterFlow() {
    await open("/admin/flows");
    await owner.fill("[name=name]", "Came back");
    await owner.click("text=New flow");
    await owner.waitForURL("**step=trigger");
    await owner.selectOption("#event", { label: "from_newsletter on shop.example" });
    await owner.click("aside >> text=Save");
    await owner.waitForURL("**notice=draft-saved");
    await owner.locator(".plus").last().locator('button:has-text("E-mail")').click();
    await owner.waitForURL("**notice=draft-saved");
    await owner.fill("#subject", "Welcome back");
    await owner.fill("#text", "Nice that you came.");
    await owner.click("text=Save step");
    await owner.waitForLoadState();
    await owner.click("text=Publish");
    await owner.waitForURL("**notice=published");
  }
});
