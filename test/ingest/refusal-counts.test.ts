import { afterEach, beforeEach, expect, test } from "bun:test";
import { createRefusalCounts } from "../../src/ingest/refusal-counts.ts";
import { openTestStore, type TestStore } from "../helpers/store.ts";

let opened: TestStore;
beforeEach(() => {
  opened = openTestStore();
});
afterEach(() => opened.remove());

const stored = () =>
  opened.write(
    (_, { database }) =>
      (database.prepare("select sum(count) as n from refusals").get() as { n: number | null }).n,
  );

test("what was counted is stored once, however often a transaction does not happen", async () => {
  const counts = createRefusalCounts();
  const write = async (fails: boolean) => {
    let undo = () => {};
    try {
      await opened.write((_, connection) => {
        undo = counts.write(connection);
        if (fails) throw new Error("for the test");
      });
    } catch {
      undo();
    }
  };
  counts.count(1, "bot", "x", 0);
  counts.count(1, "bot", "x", 0);

  await write(true);
  await write(true);
  counts.count(1, "bot", "x", 0);
  await write(false);
  await write(false);
  await write(true);

  expect(await stored()).toBe(3);
  expect(counts.hasNew()).toBe(false);
});
