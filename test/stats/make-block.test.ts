import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { makeBlock } from "../../src/stats/make-block.ts";
import { rawSessionsOf } from "../../src/stats/raw-sessions.ts";
import { inBlockOrder, rawEvent, rawSession, rawSessions, VIEW } from "../helpers/raw-sessions.ts";
import { NOON } from "../helpers/store.ts";

describe("makeBlock()", () => {
  test("keeps everything, whatever the sessions are", () => {
    fc.assert(
      fc.property(rawSessions, (sessions) => {
        const block = makeBlock(sessions, VIEW);

        expect(rawSessionsOf(block)).toEqual(inBlockOrder(sessions));
        expect(rawSessionsOf(block, [...inBlockOrder(sessions).keys()].slice(-2))).toEqual(
          inBlockOrder(sessions).slice(-2),
        );
      }),
    );
  });

  test("tells views, bounces, entry and exit pages of whole sessions", () => {
    const view = (page: number, at = NOON) => rawEvent({ page, at });
    const other = (page: number, at = NOON) => rawEvent({ page, at, name: 7 });
    const sessions = [
      [view(11)],
      [view(11), view(12)],
      [other(10), view(11), other(12)],
      [other(10), other(12)],
    ].map((events, index) => rawSession({ id: index + 1, visitorId: index + 1, events }));

    const block = makeBlock(sessions, VIEW);

    const pages = (name: "entryPage" | "exitPage") => {
      const { codes, terms } = block.terms(name);
      return [...codes].map((code) => terms[code]);
    };
    expect([...block.sessionNumbers("views")]).toEqual([1, 2, 1, 0]);
    expect([...block.sessionNumbers("bounce")]).toEqual([1, 0, 0, 0]);
    expect(pages("entryPage")).toEqual([11, 11, 11, 10]);
    expect(pages("exitPage")).toEqual([11, 12, 11, 12]);
  });

  test("covers the time from the first event to after the last, and none if empty", () => {
    const events = [rawEvent({ at: NOON }), rawEvent({ at: NOON + 5 })];
    const later = rawSession({ id: 2, events: [rawEvent({ at: NOON + 3 })] });

    const block = makeBlock([later, rawSession({ events, lastAt: NOON + 900 })], VIEW);
    const empty = makeBlock([], VIEW);

    expect([block.from, block.until]).toEqual([NOON, NOON + 6]);
    expect([...block.sessionNumbers("session")]).toEqual([1, 2]);
    expect([...block.sessionNumbers("duration")]).toEqual([900, 0]);
    expect([empty.from, empty.until, empty.sessions, empty.events]).toEqual([0, 0, 0, 0]);
    expect([...empty.sessionNumbers("offset")]).toEqual([0]);
  });

  test.each([
    [65_535, 2],
    [65_536, 4],
  ])("with %i different terms uses codes of %i bytes", (count, bytes) => {
    const events = Array.from({ length: count }, (_, index) => rawEvent({ page: index + 1 }));

    const { codes, terms } = makeBlock([rawSession({ events })], VIEW).terms("page");

    expect(codes.BYTES_PER_ELEMENT).toBe(bytes);
    expect(terms[codes[count - 1]!]).toBe(count);
  });
});
