import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createStepTimesTally, describeTimes } from "../../src/stats/step-times.ts";

const YEAR_MS = 365 * 86_400_000;

describe("describeTimes()", () => {
  const time = fc.oneof(fc.nat(5000), fc.nat(4_000_000), fc.nat(YEAR_MS), fc.constant(900_000));
  const parts = fc.array(fc.array(time), { maxLength: 3 });

  test("gives the middle of all times, whoever met them", () => {
    fc.assert(
      fc.property(parts, (drawn) => {
        const told = describeTimes(
          drawn.map((times) => {
            const tally = createStepTimesTally();
            for (const ms of times) tally.add(ms);
            return tally.times();
          }),
        );

        const sorted = drawn.flat().sort((a, b) => a - b);
        const half = (sorted.length - 1) / 2;
        const middle = [sorted[Math.floor(half)]!, sorted[Math.ceil(half)]!];
        const seconds = middle.map((ms) => Math.floor(ms / 1000));
        expect(told).toEqual(
          sorted.length === 0
            ? { averageMs: null, medianMs: null }
            : {
                averageMs: sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length,
                medianMs: ((seconds[0]! + seconds[1]!) / 2) * 1000,
              },
        );
      }),
      { numRuns: 300 },
    );
  });

  test("takes more times than there was room for at first", () => {
    const tally = createStepTimesTally();
    for (let second = 0; second <= 5000; second += 1) tally.add(second * 1000 + 999);

    expect(describeTimes([tally.times()])).toEqual({ averageMs: 2_500_999, medianMs: 2_500_000 });
  });
});
