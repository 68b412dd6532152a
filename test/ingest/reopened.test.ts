import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createReopened, type Reopened } from "../../src/ingest/reopened.ts";
import { openTestStore, type TestStore } from "../helpers/store.ts";

let store: TestStore;
let reopened: Reopened;
beforeEach(() => {
  store = openTestStore();
  reopened = createReopened();
});
afterEach(() => store.remove());

/** Events as site, id and session; the rest of a row does not matter here. */
const note = (...events: [number, number, number][]) =>
  store.write((_, connection) => {
    reopened.note(
      connection,
      events.map(([site, id, session]) => [site, id, 0, session]),
    );
  });
const noted = () =>
  store.reader
    .prepare(
      "select session_id as session, from_event as first, last_event as last from unsealed order by 1",
    )
    .all()
    .map((row) => ({ ...(row as object) }));
const seal = (site: number, session: number) =>
  store.write((_, connection) => {
    connection
      .prepare("insert or replace into seals (site_id, next_session) values (?, ?)")
      .run([site, session]);
  });

describe("note()", () => {
  test("keeps the first and the last event of a session that is sealed, and of no other", async () => {
    await seal(1, 10);

    await note([1, 100, 10], [1, 101, 11], [1, 102, 10], [2, 103, 3]);
    await note([1, 104, 10], [1, 105, 4]);

    expect(noted()).toEqual([
      { session: 4, first: 105, last: 105 },
      { session: 10, first: 100, last: 104 },
    ]);
  });

  test("leaves a session that had not ended when the watermark passed as it is", async () => {
    await seal(1, 10);
    await store.write((_, connection) => {
      connection.prepare("insert into unsealed values (7, 1, 0, 0)").run();
    });

    await note([1, 100, 7]);

    expect(noted()).toEqual([{ session: 7, first: 0, last: 100 }]);
  });

  test("knows of a sealing as soon as it begins", async () => {
    await note([1, 100, 5]);
    reopened.sealUpTo(1, 5);
    await note([1, 101, 5]);

    expect(noted()).toEqual([{ session: 5, first: 101, last: 101 }]);
  });
});
