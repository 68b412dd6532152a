import { expect, test } from "bun:test";
import fc from "fast-check";
import { createColumnCache } from "../../src/stats/column-cache.ts";

test("a question that reads a little more than fits finds most of it the next time", () => {
  const cache = createColumnCache(1000);
  const columns = cache.open();
  let made = 0;
  const scan = () => {
    for (let column = 0; column < 110; column += 1) {
      columns.take(`${column}`, () => {
        made += 1;
        return { value: column, sizeBytes: 10 };
      });
    }
  };

  scan();
  made = 0;
  for (let run = 0; run < 10; run += 1) scan();

  expect(made).toBeLessThan(550);
  expect(cache.sizeBytes).toBe(1000);
});

test("whatever is asked for, the budget holds, also when columns need each other", () => {
  const asked = fc.array(fc.tuple(fc.nat(9), fc.nat(60), fc.boolean()));
  fc.assert(
    fc.property(asked, (questions) => {
      const cache = createColumnCache(100);
      const blocks = [cache.open(), cache.open()];
      for (const [key, sizeBytes, nested] of questions) {
        const columns = blocks[key % 2]!;
        const value = columns.take(`${key}`, () => {
          if (nested) columns.take(`of ${key}`, () => ({ value: 0, sizeBytes: 30 }));
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
  const columns = cache.open();

  expect(() =>
    columns.take("a", () => {
      throw new Error("damaged");
    }),
  ).toThrow("damaged");
  expect(columns.take("a", () => ({ value: 1, sizeBytes: 101 }))).toBe(1);
  expect(cache.sizeBytes).toBe(0);
});
