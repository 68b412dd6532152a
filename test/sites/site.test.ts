import { describe, expect, test } from "bun:test";
import { ownsHost, parseDomain } from "../../src/sites/site.ts";

describe("parseDomain()", () => {
  test.each([
    ["shop.example", "shop.example"],
    ["https://Shop.example.com/cart?x=1#y", "shop.example.com"],
    [" www.shop.example. ", "shop.example"],
    ["shop.example:8080", "shop.example"],
    ["Bücher.example", "xn--bcher-kva.example"],
    ["localhost", "localhost"],
  ])("finds %p in it: %s", (input, domain) => {
    expect(parseDomain(input)).toBe(domain);
  });

  test.each(["", "shop", "a b.example", "<script>.example", "-a.example", "1.2.3.4", "a..b"])(
    "refuses %p",
    (input) => {
      expect(() => parseDomain(input)).toThrow("Enter a domain like example.com");
    },
  );
});

test.each([
  ["shop.example", true],
  ["www.shop.example", true],
  ["shop.example:443", true],
  ["evilshop.example", false],
  ["shop.example.evil.test", false],
  ["other.test", true],
])("ownsHost(%p) is %p", (host, owns) => {
  expect(ownsHost({ domain: "shop.example", furtherDomains: ["other.test"] }, host)).toBe(owns);
});
