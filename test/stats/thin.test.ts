import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { makeBlock } from "../../src/stats/make-block.ts";
import { rawSessionsOf } from "../../src/stats/raw-sessions.ts";
import { thin } from "../../src/stats/thin.ts";
import { rawSessions, VIEW } from "../helpers/raw-sessions.ts";

const chosen = fc.tuple(rawSessions, fc.infiniteStream(fc.boolean())).map(([sessions, flags]) => {
  const block = makeBlock(sessions, VIEW);
  const isLeft = Array.from({ length: block.events }, () => flags.next().value as boolean);
  const places = Uint32Array.from([...isLeft.keys()].filter((place) => isLeft[place]));
  return { block, isLeft, places };
});

describe("thin()", () => {
  test("holds the events that are left, and the sessions they are of", () => {
    fc.assert(
      fc.property(chosen, ({ block, isLeft, places }) => {
        let place = 0;
        const left = rawSessionsOf(block)
          .map((session) => ({ ...session, events: session.events.filter(() => isLeft[place++]) }))
          .filter(({ events }) => events.length > 0);
        fc.pre(left.length > 0);

        const small = thin(block, places);

        expect(rawSessionsOf(small)).toEqual(left);
        expect([
          ...small.afterOf(Uint32Array.from({ length: small.sessions }, (_, at) => at)),
        ]).toEqual([...small.eventNumbers("after")]);
      }),
    );
  });
});
