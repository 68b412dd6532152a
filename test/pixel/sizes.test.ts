import { expect, test } from "bun:test";
import { pixelSizes } from "../../src/pixel/sizes.ts";

test.each([
  ["without events", "core", 1500],
  ["that measures how pages are looked at", "with engagement", 1900],
  ["with every condition kind", "every condition", 3500],
])("the pixel of a site %s, in brotli: %s, at most %i bytes", (_, name, most) => {
  expect(pixelSizes()[name]!).toBeLessThanOrEqual(most);
});
