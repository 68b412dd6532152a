import { describe, expect, test } from "bun:test";
import { composeMail, defuse } from "../../src/messages/mail.ts";
import { refusalOf } from "../../src/lib/errors.ts";

const BASE = "https://stats.example";
const compose = (text: string, data = {}) => composeMail({ subject: "S", text }, data, BASE);
const pages = (text: string) =>
  compose(text)
    .links.filter(({ kind }) => kind === "page")
    .map(({ url }) => url);

describe("composeMail()", () => {
  test("leads each link over this server, the same in both parts", () => {
    const { payload, links } = compose("See https://shop.example/a?b=1&c=2, or not.");

    const link = links.find(({ kind }) => kind === "page");
    expect(link!.url).toBe("https://shop.example/a?b=1&c=2");
    expect(link!.token).toMatch(/^[\w-]{22}$/);
    expect(payload.text).toContain(`See ${BASE}/l/${link!.token}, or not.`);
    expect(payload.html).toContain(`href="${BASE}/l/${link!.token}"`);
    expect(payload.text + payload.html).not.toContain('href="https://shop.example');
  });

  test("gives one address one token, and two mails different ones", () => {
    const text = "https://shop.example/a https://shop.example/a";

    expect(pages(text)).toHaveLength(1);
    expect(compose(text).links[0]!.token).not.toBe(compose(text).links[0]!.token);
  });

  test("leaves alone what only looks like a link", () => {
    expect(pages("http://[nonsense http:// and https://shop.example/fine.")).toEqual([
      "https://shop.example/fine",
    ]);
  });

  test("can be unsubscribed from in the text, the page and the header, by one address", () => {
    const { payload, links } = compose("Hello");

    const { token } = links.find(({ kind }) => kind === "unsubscribe")!;
    expect(payload.unsubscribeUrl).toBe(`${BASE}/u/${token}`);
    expect(payload.text).toContain(`${BASE}/u/${token}`);
    expect(payload.html).toContain(`${BASE}/u/${token}`);
  });

  test("shows markup from values as text", () => {
    const { payload } = compose("{{ event.sku }}", { event: { sku: "<img src=x>" } });

    expect(payload.html).toContain("&lt;img src=x>");
    expect(payload.html).not.toContain("<img src=x>");
  });

  test("refuses a template that does too much, and says so", async () => {
    const refusal = await refusalOf(() =>
      compose("{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}"),
    );

    expect(refusal?.kind).toBe("invalid");
  });
});

describe("defuse()", () => {
  const own = (host: string) => host === "shop.example";

  test.each([
    ["https://evil.example/pay", "[link removed]"],
    ["see HTTPS://EVIL.example now", "see [link removed] now"],
    ["www.evil.example/x", "[link removed]"],
    ["ftp://shop.example/x", "[link removed]"],
    ["https://shop.example@evil.example/", "[link removed]"],
    ["https://shop.example.evil.example/", "[link removed]"],
    ["/x?u=https://evil.example", "/x?u=[link removed]"],
    ["evil.example/pay", "evil.\u2060example/pay"],
    ["mail to pay@evil.example", "mail to pay@evil.\u2060example"],
    ["bücher.example", "bücher.\u2060example"],
    ["https://shop.example/fine?a=1", "https://shop.example/fine?a=1"],
    ["shop.example", "shop.example"],
    ["Next.js 2.0, size 41.5", "Next.\u2060js 2.0, size 41.5"],
    ["no link. Here", "no link. Here"],
  ])("%p becomes %p", (value, expected) => {
    expect(defuse(value, own)).toBe(expected);
  });

  test("looks into lists and objects, and leaves numbers", () => {
    expect(defuse({ a: ["http://evil.example"], b: { c: 1.5 } }, own)).toEqual({
      a: ["[link removed]"],
      b: { c: 1.5 },
    });
  });

  test("takes its time from no value, however built", () => {
    const began = performance.now();

    for (const part of ["a.", "a-", "www.", "a1.", "http:", "é."]) defuse(part.repeat(5000), own);

    expect(performance.now() - began).toBeLessThan(2000);
  });
});
