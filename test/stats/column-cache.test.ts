import { expect, test } from "bun:test";
import fc from "fast-check";
import { createColumnCache } from "../../src/stats/column-cache.ts";

test("a cache stays within its budget and lets go what was not asked for longest", () => {
  const cache = createColumnCache(100);
  const made: string[] = [];
  const take = (key: string, sizeBytes: number) =>
    cache.take(key, () => {
      made.push(key);
      return { value: key, sizeBytes };
    });

  take("a", 40);
  take("b", 40);
  take("a", 40);
  take("c", 40);
  take("a", 40);
  take("b", 40);

  expect(made).toEqual(["a", "b", "c", "b"]);
  expect(cache.sizeBytes).toBe(80);
});

test("whatever is asked for, the budget holds, also when columns need each other", () => {
  const asked = fc.array(fc.tuple(fc.nat(9), fc.nat(60), fc.boolean()));
  fc.assert(
    fc.property(asked, (questions) => {
      const cache = createColumnCache(100);
      for (const [key, sizeBytes, nested] of questions) {
        const value = cache.take(`${key}`, () => {
          if (nested) cache.take(`of ${key}`, () => ({ value: 0, sizeBytes: 30 }));
          return { value: key, sizeBytes };
        });
        expect(value).toBe(key);
        expect(cache.sizeBytes).toBeLessThanOrEqual(100);
      }
    }),
  );
});

test("what cannot be made is not kept, and what is larger than the budget neither", () => {
  const cache = createColumnCache(100);

  expect(() =>
    cache.take("a", () => {
      throw new Error("damaged");
    }),
  ).toThrow("damaged");
  expect(cache.take("a", () => ({ value: 1, sizeBytes: 101 }))).toBe(1);
  expect(cache.sizeBytes).toBe(0);
});
