import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addressPrefix, createRateLimiter } from "../../src/lib/rate-limiter.ts";

describe("createRateLimiter()", () => {
  test("never lets more than twice a minute's share through in a minute", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ pause: fc.nat(5000), cost: fc.integer({ min: 1, max: 20 }) }), {
          maxLength: 200,
        }),
        (takes) => {
          const limiter = createRateLimiter({ perMinute: 60 });
          let now = 1_000_000;
          const passed: [number, number][] = [];
          for (const { pause, cost } of takes) {
            now += pause;
            if (limiter.take("a", cost, now).ok) passed.push([now, cost]);
          }
          for (const [at] of passed) {
            const inMinute = passed.filter(([each]) => each >= at && each < at + 60_000);
            expect(inMinute.reduce((sum, [, cost]) => sum + cost, 0)).toBeLessThanOrEqual(120);
          }
        },
      ),
    );
  });

  test("tells when to come back, and keeps that promise", () => {
    const limiter = createRateLimiter({ perMinute: 6 });
    for (let index = 0; index < 6; index += 1) limiter.take("a", 1, 0);
    const refused = limiter.take("a", 1, 0);

    expect(refused.ok).toBe(false);
    const { retryAfterMs } = refused as { retryAfterMs: number };
    expect(limiter.take("a", 1, retryAfterMs).ok).toBe(true);
  });

  test("does not mind a clock that goes back", () => {
    const limiter = createRateLimiter({ perMinute: 1 });
    limiter.take("a", 1, 100_000);

    expect(limiter.take("a", 1, 0).ok).toBe(false);
  });
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2:ffff::", "2001:db8:1:2"],
  ["nonsense:x", "nonsense:x"],
])("addressPrefix(%p) is %p", (address, prefix) => {
  expect(addressPrefix(address)).toBe(prefix);
});
