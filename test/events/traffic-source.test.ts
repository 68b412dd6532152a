import { expect, test } from "bun:test";
import { trafficSource } from "../../src/events/traffic-source.ts";

test.each([
  ["/", "", false, "direct", undefined],
  ["/", "https://shop.example/other", false, "direct", undefined],
  ["/", "https://www.shop.example/other", false, "direct", undefined],
  ["/", "not an address", false, "direct", undefined],
  ["/", "https://www.google.co.uk/", false, "search", "google.co.uk"],
  ["/", "https://duckduckgo.com/", false, "search", "duckduckgo.com"],
  ["/", "https://l.instagram.com/x", false, "social", "l.instagram.com"],
  ["/", "https://t.co/x", false, "social", "t.co"],
  ["/", "https://t.me/x", false, "messenger", "t.me"],
  ["/", "https://web.whatsapp.com/", false, "messenger", "web.whatsapp.com"],
  ["/", "https://chatgpt.com/", false, "ai", "chatgpt.com"],
  ["/", "https://gemini.google.com/app", false, "ai", "gemini.google.com"],
  ["/", "https://mail.google.com/", false, "email", "mail.google.com"],
  ["/", "https://news.example/a", false, "referral", "news.example"],
  ["/", "", true, "email", undefined],
  ["/?utm_medium=email", "https://www.google.com/", false, "email", "google.com"],
  ["/?utm_source=newsletter", "", false, "email", undefined],
  ["/?utm_medium=cpc&utm_source=google", "", false, "paid", undefined],
  ["/?gclid=x", "https://www.google.com/", false, "paid", "google.com"],
  ["/?utm_source=facebook", "", false, "social", undefined],
  ["/?utm_source=chatgpt.com", "", false, "ai", undefined],
  ["/?utm_campaign=spring", "", false, "campaign", undefined],
  ["/?utm_source=partner", "", false, "campaign", undefined],
])("%s from %p (our link: %p) is %s", (path, referrer, viaLink, source, host) => {
  const url = new URL(path, "https://shop.example");
  const found = trafficSource({ url, referrer, siteHosts: ["shop.example"], viaLink });

  expect([found.source, found.referrer]).toEqual([source, host]);
});
