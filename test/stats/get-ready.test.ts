import { afterEach, expect, test } from "bun:test";
import { getReady } from "../../src/stats/get-ready.ts";
import { makeBlock } from "../../src/stats/make-block.ts";
import { giveUpRoom, readyBytes } from "../../src/stats/rooms.ts";
import type { SiteData } from "../../src/stats/site-data.ts";
import { rawEvent, rawSession, VIEW } from "../helpers/raw-sessions.ts";
import { NOON } from "../helpers/store.ts";

afterEach(() => {
  while (readyBytes() > 0) giveUpRoom();
});

/** A site of so many sessions of four events, on as many days as there are blocks. */
function siteOf(sessions: number, days: number): SiteData {
  const blocks = Array.from({ length: days }, (_, day) =>
    makeBlock(
      Array.from({ length: sessions }, (__, id) =>
        rawSession({
          id: day * sessions + id,
          visitorId: 4 * id,
          events: [0, 1, 2, 3].map((place) =>
            rawEvent({ at: NOON + day * 86_400_000 + id + place, page: 10 + (id % 300) }),
          ),
        }),
      ),
      VIEW,
    ),
  );
  const facts: SiteData["facts"] = {
    viewTerm: VIEW,
    counted: new Set([VIEW]),
    textOf: String,
    idOf: Number,
    tied: () => ({ visitors: new Uint32Array(0), from: new Float64Array(0) }),
    visitorNumbers: () => new Map(),
  };
  return { siteId: 1, blocks, facts };
}

test("getReady() makes room for the columns of a large site, up to what may be kept", () => {
  const all = [...getReady(siteOf(13_000, 2), () => 500_000)];

  expect(all.length).toBeGreaterThan(3);
  expect(readyBytes()).toBeGreaterThan(400_000);
  expect(readyBytes()).toBeLessThan(520_000);
});

test("getReady() makes no room where columns have taken it", () => {
  for (const _ of getReady(siteOf(13_000, 2), () => 0)) continue;

  expect(readyBytes()).toBe(0);
});

test("getReady() leaves a small site alone", () => {
  const all = [...getReady(siteOf(100, 2), () => 500_000)];

  expect(all).toEqual([]);
  expect(readyBytes()).toBe(0);
});
