import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Block } from "../../src/stats/block.ts";
import { compact } from "../../src/stats/compact.ts";
import { makeBlock } from "../../src/stats/make-block.ts";
import { rawSessionsOf } from "../../src/stats/raw-sessions.ts";
import { measuredSum } from "../../src/stats/measured.ts";
import { eventSum, sessionSum } from "../../src/stats/sums.ts";
import { createWorkbenches } from "../../src/stats/workbench.ts";
import { rawSessions, VIEW } from "../helpers/raw-sessions.ts";

const chosen = fc.tuple(rawSessions, fc.infiniteStream(fc.boolean())).map(([sessions, flags]) => {
  const block = makeBlock(sessions, VIEW);
  const mask = Uint8Array.from({ length: block.sessions }, () => Number(flags.next().value));
  const places = Uint32Array.from([...mask.keys()].filter((place) => mask[place] === 1));
  return { block, mask, places };
});

describe("compact()", () => {
  test("holds the same of the sessions that are left as the block does", () => {
    fc.assert(
      fc.property(chosen, ({ block, places }) => {
        const small = compact(block, places);

        expect(rawSessionsOf(small)).toEqual(rawSessionsOf(block, [...places]));
        expect([...small.sessionNumbers("views")]).toEqual(
          [...places].map((place) => block.sessionNumbers("views")[place]!),
        );
      }),
    );
  });

  test("has the same sums as the block with a mask", () => {
    const wholeSlice = (block: Block) => ({
      block,
      offset: block.sessionNumbers("offset"),
      from: 0,
      until: block.sessions,
    });
    const tallies = [
      "sessions",
      "bounces",
      "session_ms",
      "views",
      "sum:price",
      "count:price",
    ] as const;
    fc.assert(
      fc.property(chosen, ({ block, mask, places }) => {
        const small = compact(block, places);
        for (const tally of tallies) {
          const bench = createWorkbenches().borrow();
          const sum = sessionSum(tally, bench) ?? eventSum(tally, bench, VIEW)!;
          const masked = sum.all(wholeSlice(block), mask);

          expect(sum.all(wholeSlice(small), undefined)).toBe(masked);
        }
        for (const name of ["engaged", "scroll"] as const) {
          const sum = measuredSum(name);
          const masked = sum.all(wholeSlice(block), mask);

          expect(sum.all(wholeSlice(small), undefined)).toEqual(masked);
        }
      }),
    );
  });
});
