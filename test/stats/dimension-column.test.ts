import { describe, expect, test } from "bun:test";
import { dimensionColumn } from "../../src/stats/dimension-column.ts";
import { makeBlock } from "../../src/stats/make-block.ts";
import type { SiteFacts } from "../../src/stats/site-data.ts";
import { rawEvent, rawSession, VIEW } from "../helpers/raw-sessions.ts";

describe("dimensionColumn()", () => {
  test.each([
    // In Berlin clocks go from two to three on 29 March 2026, and from three to two on 25 October.
    ["hour", "2026-03-29T00:30:00Z", [0, 29, 30, 90], [1, 1, 3, 4]],
    ["hour", "2026-10-25T00:30:00Z", [0, 30, 90], [2, 2, 3]],
    ["weekday", "2026-10-25T22:30:00Z", [0, 29, 30, 24 * 60], [6, 6, 0, 0]],
    ["weekday", "2026-10-24T22:30:00Z", [0, 23 * 60 + 59, 24 * 60 + 30], [6, 6, 0]],
  ] as const)("tells the %s of a session that begins at %s", (dimension, start, minutes, codes) => {
    const began = Date.parse(start);
    const events = minutes.map((after) => rawEvent({ at: began + after * 60_000 }));
    const block = makeBlock([rawSession({ events })], VIEW);

    const column = dimensionColumn(block, {} as SiteFacts, dimension, "Europe/Berlin");

    expect([...column.codes]).toEqual([...codes]);
  });
});
