import { expect, test } from "bun:test";
import { pixelSizes } from "../../src/pixel/sizes.ts";

test("the pixel of a site without events has at most 1,500 bytes in brotli", () => {
  expect(pixelSizes().core).toBeLessThanOrEqual(1500);
});

test("the pixel with every condition kind has at most 3,500 bytes in brotli", () => {
  expect(pixelSizes()["every condition"]).toBeLessThanOrEqual(3500);
});
