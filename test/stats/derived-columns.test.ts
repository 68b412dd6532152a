import { expect, test } from "bun:test";
import fc from "fast-check";
import { sessionIds, sessionSteps } from "../../src/stats/derived-columns.ts";

const moments = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
  // Too far apart for start and place to make one number.
  fc.constantFrom(-8e15, 8e15),
);

test("ids of sessions come back from their steps, however they began", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(4_000_000_000), moments)), (sessions) => {
      const ids = Uint32Array.from(sessions, ([id]) => id);
      const started = Float64Array.from(sessions, ([, at]) => at);

      expect(sessionIds(sessionSteps(ids, started), started)).toEqual(ids);
    }),
  );
});

test("ids that rise with the starts are small steps, whatever the order of visitors", () => {
  const started = Float64Array.of(300, 100, 200, 200);
  const ids = Uint32Array.of(9, 4, 6, 7);

  expect([...sessionSteps(ids, started)]).toEqual([8, 4, 2, 4]);
});
