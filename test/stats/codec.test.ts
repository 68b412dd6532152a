import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createByteReader, createByteWriter } from "../../src/stats/bytes.ts";
import { constant, ownBytes, readNumbers, writeNumbers } from "../../src/stats/codec.ts";

function roundTrip(values: ArrayLike<number>, rising = false): { bytes: number; back: number[] } {
  const writer = createByteWriter();
  writeNumbers(writer, values, rising);
  const data = writer.done();
  return { bytes: data.length, back: [...readNumbers(createByteReader(data), Float64Array)] };
}

describe("writeNumbers() and readNumbers()", () => {
  const number = fc.oneof(
    fc.nat(300),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.integer({ min: -100_000, max: 100_000 }).map((cents) => cents / 100),
    fc.double({ noNaN: true }),
  );

  test("give back any numbers", () => {
    fc.assert(
      fc.property(fc.array(number), fc.boolean(), (values, alike) => {
        const drawn = alike ? values.map(() => values[0]!) : values;
        expect(roundTrip(drawn).back).toEqual(drawn);
      }),
    );
  });

  test("give back numbers that rise", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff_ffff)), (values) => {
        const rising = values.toSorted((a, b) => a - b);
        expect(roundTrip(rising, true).back).toEqual(rising);
      }),
    );
  });

  test.each([
    ["none", []],
    ["one", [7]],
    ["the largest", [0, 0xffff_ffff, Number.MAX_SAFE_INTEGER]],
    ["beyond whole numbers", [1e300, -1e300, 5e-324, Infinity, -0]],
    ["prices", [19.99, -0.01, 1234.5]],
  ])("give back %s", (_, values) => {
    expect(roundTrip(values).back).toEqual(values);
  });

  test("take a byte for what fits one, and nothing for what is alike", () => {
    const noise = Array.from({ length: 10_000 }, (_, index) => ((index * 7919) % 256) + 1e12);
    const rising = noise.map((_, index) => index);

    expect(roundTrip(noise).bytes).toBeLessThan(10_100);
    expect(roundTrip(rising, true).bytes).toBeLessThan(100);
    expect(roundTrip(noise.map(() => 1e12)).bytes).toBeLessThan(50);
  });

  test("refuse bytes that are not theirs", () => {
    const writer = createByteWriter();
    writeNumbers(writer, [1, 2, 300]);
    const data = writer.done();

    expect(() => readNumbers(createByteReader(data.subarray(0, -1)), Uint8Array)).toThrow();
  });
});

describe("constant()", () => {
  test("shares the memory of zeros and ones, and only of those", () => {
    const zeros = constant(Uint16Array, 0, 1000);
    const others = constant(Uint16Array, 9, 1000);

    expect([zeros.length, zeros[999], ownBytes(zeros)]).toEqual([1000, 0, 0]);
    expect([others.length, others[999], ownBytes(others)]).toEqual([1000, 9, 2000]);
  });
});
