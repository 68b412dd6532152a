import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SHARDS, type Block, type RawSession } from "../../src/stats/block.ts";
import { createColumnCache } from "../../src/stats/column-cache.ts";
import { DamagedSegment, SegmentGone } from "../../src/stats/damaged-segment.ts";
import { makeBlock } from "../../src/stats/make-block.ts";
import { rawSessionsOf } from "../../src/stats/raw-sessions.ts";
import { openBlock } from "../../src/stats/open-block.ts";
import { giveUpRoom, makeReady, readyBytes } from "../../src/stats/rooms.ts";
import type { SegmentRow } from "../../src/stats/read-column.ts";
import { connect, type Connection } from "../../src/store/connection.ts";
import { inBlockOrder, rawEvent, rawSession, rawSessions, VIEW } from "../helpers/raw-sessions.ts";
import { insertSegment } from "../helpers/segments.ts";
import { openTestStore, NOON, type TestStore } from "../helpers/store.ts";

let store: TestStore;
let writer: Connection;
beforeEach(() => {
  store = openTestStore();
  writer = connect(store.path);
});
afterEach(async () => {
  while (readyBytes() > 0) giveUpRoom();
  writer.close();
  await store.remove();
});

const open = (segment: SegmentRow): Block[] => {
  const reading = { connection: store.reader, cache: createColumnCache(1e8) };
  return Array.from({ length: SHARDS }, (_, shard) => openBlock(reading, segment, shard)).filter(
    (block) => block !== undefined,
  );
};

const allOf = (blocks: readonly Block[]): RawSession[] =>
  blocks.flatMap((block) => rawSessionsOf(block));

/** Enough of each to have a column of its own, with exceptions. */
const many = Array.from({ length: 400 }, (_, index) =>
  rawSession({
    id: index + 1,
    visitorId: 4 + (index % 90) * 4,
    isNew: index % 3 === 0,
    screen: 300 + (index % 7) * 100,
    events: [0, 1, 2].map((place) =>
      rawEvent({
        at: NOON + index * 60_000 + place * 1000 * (index % 5),
        page: 10 + ((index + place) % 40),
        title: index % 29 === 0 ? 0 : 100 + ((index + place) % 40),
        host: 77,
        engaged: index % 4 === 0 ? 65_535 : index,
        scroll: index % 102,
        properties: {
          price: index + 0.99,
          color: `näme ${index % 5}`,
          [`rare ${index % 50}`]: null,
        },
      }),
    ),
  }),
);

describe("a stored block", () => {
  test("tells when the events of some sessions were, without the times of all", () => {
    const asked = fc.tuple(rawSessions, fc.infiniteStream(fc.boolean()));
    fc.assert(
      fc.property(asked, ([sessions, flags]) => {
        if (sessions.length === 0) return;
        for (const block of open(insertSegment(writer, sessions))) {
          const offset = block.sessionNumbers("offset");
          const places = [...block.sessionNumbers("visitor").keys()].filter(
            () => flags.next().value,
          );
          const some = [...block.afterOf(Uint32Array.from(places))];
          const after = block.eventNumbers("after");
          const expected = places.flatMap((at) =>
            Array.from(after.subarray(offset[at], offset[at + 1])),
          );

          expect(some).toEqual(expected);
        }
      }),
    );
  });

  test("gives back any sessions", () => {
    fc.assert(
      fc.property(fc.oneof(rawSessions, fc.constant(many)), (sessions) => {
        if (sessions.length === 0) return;
        const segment = insertSegment(writer, sessions);

        expect(inBlockOrder(allOf(open(segment)))).toEqual(inBlockOrder(sessions));
      }),
      { numRuns: 30 },
    );
  });

  test("is the same whatever was in the rooms it is unpacked to", () => {
    const sessions = Array.from({ length: 5000 }, (_, index) => ({
      ...many[index % many.length]!,
      id: index + 1,
      visitorId: 4 * (index + 1),
    }));
    const segment = insertSegment(writer, sessions);
    for (let bytes = 16_384; bytes < 140_000; bytes += 4096) {
      for (let alike = 0; alike < 20; alike += 1) makeReady(bytes);
    }
    const before = readyBytes();

    expect(inBlockOrder(allOf(open(segment)))).toEqual(inBlockOrder(sessions));
    expect(before - readyBytes()).toBeGreaterThan(200_000);
  });

  test("has the entry and exit pages it was made with, though they are not stored", () => {
    fc.assert(
      fc.property(fc.tuple(rawSessions, fc.constantFrom(VIEW, 0, 999)), ([sessions, viewTerm]) => {
        if (sessions.length === 0) return;
        const stored = open(insertSegment(writer, sessions, { viewTerm }));
        const pagesOf = (blocks: readonly Block[], name: "entryPage" | "exitPage") =>
          blocks.flatMap((block) => {
            const { codes, terms } = block.terms(name);
            return Array.from(codes, (code) => terms[code]);
          });
        const made = [...Array(SHARDS).keys()].map((shard) =>
          makeBlock(
            sessions.filter(({ visitorId }) => visitorId % SHARDS === shard),
            viewTerm,
          ),
        );

        expect(pagesOf(stored, "entryPage")).toEqual(pagesOf(made, "entryPage"));
        expect(pagesOf(stored, "exitPage")).toEqual(pagesOf(made, "exitPage"));
      }),
    );
    const names = writer.prepare("select distinct name from segment_columns").all();
    expect(JSON.stringify(names)).not.toContain("entryPage");
  });

  test("names the segment of names that cannot be unpacked, whatever their checksum says", () => {
    const segment = insertSegment(
      writer,
      many.map((session) => ({
        ...session,
        events: session.events.map((event, index) => ({ ...event, name: 1 + index })),
      })),
    );
    const { data } = writer
      .prepare("select data from segment_columns where name = 'name'")
      .get() as { data: ArrayBuffer };
    const cut = new Uint8Array(data).slice(0, -3);
    writer
      .prepare("update segment_columns set data = ?, checksum = ? where name = 'name'")
      .run([cut, Bun.hash.crc32(cut)]);
    const [block] = open(segment);

    expect([...block!.terms("name").terms]).toEqual([0, 1, 2, 3]);
    expect(() => block!.terms("name").codes).toThrow(DamagedSegment);
  });

  test("knows its keys, its size and its time without reading a column", () => {
    const [block] = open(insertSegment(writer, many));
    writer.database.exec("delete from segment_columns where name not in ('shape', 'seldom')");

    expect([block!.sessions, block!.events]).toEqual([400, 1200]);
    expect(block!.from).toBe(NOON);
    expect(block!.propertyKeys()).toHaveLength(52);
    expect(block!.propertyKeys().slice(0, 3)).toEqual(["color", "price", "rare 0"]);
    expect(block!.property("no such")).toBeUndefined();
    expect([...block!.terms("host").terms]).toEqual([0, 77]);
  });

  test.each([
    [
      "a byte changed",
      "update segment_columns set data = zeroblob(length(data)) where name = 'page'",
    ],
    ["the column gone", "delete from segment_columns where name = 'page'"],
  ])("names what is damaged, and lets the rest be read: %s", (_, damage) => {
    const segment = insertSegment(writer, many);
    writer.database.exec(damage);
    const [block] = open(segment);

    let error: unknown;
    try {
      block!.terms("title");
    } catch (thrown) {
      error = thrown;
    }

    expect(error).toBeInstanceOf(DamagedSegment);
    expect(error).toMatchObject({ segmentId: segment.id, column: "page" });
    expect(String(error)).toMatch(/Segment 1 \(18 March 2026\) .*column page$/);
    expect(block!.terms("name").codes).toHaveLength(1200);
  });

  test("with a damaged shape covers the time of its segment, and refuses to be read", () => {
    const segment = insertSegment(writer, many);
    writer.database.exec(
      "update segment_columns set checksum = 0 where name = 'shape' and shard = 0",
    );
    const [block] = open(segment);

    expect([block!.from, block!.until]).toEqual([segment.fromAt, segment.untilAt]);
    expect(() => block!.terms("page")).toThrow("is damaged in column shape");
  });

  test("of a format that is not known refuses to be read", () => {
    const segment = { ...insertSegment(writer, many), format: 99 };

    expect(() => open(segment)[0]!.terms("page")).toThrow("has format 99, which this version");
  });

  test.each(["delete from segments", "update segments set state = 'dead'"])(
    "says that it was replaced meanwhile: %s",
    (replace) => {
      const [block] = open(insertSegment(writer, many));
      writer.database.exec(`${replace}; delete from segment_columns`);

      expect(() => block!.terms("page")).toThrow(SegmentGone);
    },
  );
});
