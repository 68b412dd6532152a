import { afterEach, describe, expect, test } from "bun:test";
import { createColumnCache } from "../../src/stats/column-cache.ts";
import { giveUpRoom, makeReady, readyBytes, roomFor } from "../../src/stats/rooms.ts";

afterEach(() => {
  while (readyBytes() > 0) giveUpRoom();
});

describe("roomFor()", () => {
  test("takes a room that is ready, once", () => {
    makeReady(40_000);

    const first = roomFor(Uint32Array, 10_000);
    const second = roomFor(Uint32Array, 10_000);

    expect(first.length).toBe(10_000);
    expect(first.buffer.byteLength).toBe(40_960);
    expect(second.buffer.byteLength).toBe(40_000);
    expect(second.buffer).not.toBe(first.buffer);
    expect(readyBytes()).toBe(0);
  });

  test("leaves rooms that are too small, or much too large", () => {
    makeReady(40_000);

    expect(roomFor(Uint8Array, 40_961).buffer.byteLength).toBe(40_961);
    expect(roomFor(Uint8Array, 20_000).buffer.byteLength).toBe(20_000);
    expect(readyBytes()).toBe(40_960);
  });
});

test("makeReady() makes no room for what is small", () => {
  makeReady(3 * 4096);

  expect(readyBytes()).toBe(0);
});

test("createColumnCache() gives up rooms before it lets a column go", () => {
  const cache = createColumnCache(100_000);
  makeReady(40_000);
  makeReady(40_000);
  const columns = cache.open();
  const take = (name: string) => columns.take(name, () => ({ value: name, sizeBytes: 20_000 }));

  take("a");
  take("b");

  expect(readyBytes()).toBe(40_960);
  take("c");
  expect(readyBytes()).toBe(0);
  expect(cache.sizeBytes).toBe(60_000);
});
