import { expect, test } from "bun:test";
import { timedDigest } from "../../src/lib/timed-digest.ts";

const SECRET = new Uint8Array(32).fill(7);
const made = (at: number, rest: string) => timedDigest(SECRET, at.toString(36) + rest);
const AT = Date.UTC(2026, 10, 26);

test("texts that begin with a time are in its order, by the second", () => {
  const digests = [0, 1000, 60_000, 86_400_000, 4e10].map((ms) => made(AT + ms, "abc"));

  expect(digests.toSorted(Buffer.compare)).toEqual(digests);
  expect(made(AT, "abc").subarray(0, 4)).toEqual(made(AT + 999, "xyz").subarray(0, 4));
});

test("texts differ, whatever they begin with, and the same text is always the same", () => {
  const texts = ["a", "b", "visitor-1", "visitor-2", `${AT.toString(36)}a`, `${AT.toString(36)}b`];
  const hex = texts.map((text) => timedDigest(SECRET, text).toString("hex"));

  expect(new Set(hex).size).toBe(texts.length);
  expect(texts.map((text) => timedDigest(SECRET, text).toString("hex"))).toEqual(hex);
  expect(hex.every((digest) => digest.length === 24)).toBe(true);
});

test("what is before any clock, or has capitals, is no time", () => {
  const digits = ["00000001", "MANDJ000"].map((text) => timedDigest(SECRET, text));
  const now = made(AT, "").readUInt32BE(0);

  for (const digest of digits) {
    expect(Math.abs(digest.readUInt32BE(0) - now)).toBeGreaterThan(1_000_000);
  }
});
