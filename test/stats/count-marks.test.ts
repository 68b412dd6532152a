import { expect, test } from "bun:test";
import fc from "fast-check";
import { countMarks } from "../../src/stats/count-marks.ts";

test("countMarks() counts every bit of every visitor that counts", () => {
  const asked = fc.record({
    size: fc.integer({ min: 1, max: 70 }),
    width: fc.nat(300),
    seed: fc.integer(),
    density: fc.double({ min: 0, max: 1, noNaN: true }),
    isChosen: fc.boolean(),
  });
  fc.assert(
    fc.property(asked, ({ size, width, seed, density, isChosen }) => {
      const chance = chanceFrom(seed);
      const words = Math.ceil(size / 32);
      const bits = new Int32Array(words * width);
      const only = Uint8Array.from({ length: width }, () => (isChosen && chance() < 0.5 ? 0 : 1));
      const expected = new Int32Array(size);
      let total = 0;
      for (let place = 0; place < width; place += 1) {
        let any = 0;
        for (let group = 0; group < size; group += 1) {
          if (chance() >= density) continue;
          bits[place * words + (group >>> 5)]! |= 1 << (group & 31);
          expected[group]! += only[place]!;
          any = only[place]!;
        }
        total += any;
      }

      const counts = new Int32Array(size);
      const found = countMarks(
        { first: 0, shift: 0, width, words, bits },
        isChosen ? only : undefined,
        size,
        counts,
      );

      expect(found).toBe(total);
      expect([...counts]).toEqual([...expected]);
    }),
  );
});

function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
