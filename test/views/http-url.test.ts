import { expect, test } from "bun:test";
import { httpUrl } from "../../views/parts/http-url.ts";

test.each([
  ["https://shop.example/a?b=1", "https://shop.example/a?b=1"],
  ["http://shop.example", "http://shop.example/"],
  ["javascript:alert(1)", undefined],
  [" JavaScript:alert(1)", undefined],
  ["data:text/html,x", undefined],
  ["//evil.example", undefined],
  ["nonsense", undefined],
])("httpUrl(%p) is %p", (address, url) => {
  expect(httpUrl(address)).toBe(url!);
});
