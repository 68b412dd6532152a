import { describe, expect, test } from "bun:test";
import { textStream } from "../../src/lib/text-stream.ts";

/** Counts what is made of it, and notes its end. */
function maker(pieces: number, piece: string) {
  const seen = { made: 0, ended: false };
  async function* make() {
    try {
      for (; seen.made < pieces; seen.made += 1) yield piece;
    } finally {
      seen.ended = true;
    }
  }
  return { seen, make };
}

describe("textStream()", () => {
  test("hands on every piece, also past the size of one chunk", async () => {
    const { make } = maker(5000, "0123456789ü\n");

    const text = await new Response(textStream(make())).text();

    expect(text).toBe("0123456789ü\n".repeat(5000));
  });

  test("hands on bytes among text in their place", async () => {
    const pieces = ["a", new TextEncoder().encode("ü"), "b", "c", new TextEncoder().encode("d")];

    expect(await new Response(textStream(pieces)).text()).toBe("aübcd");
  });

  test("makes nothing ahead of a reader that stands still", async () => {
    const { seen, make } = maker(1000, "x".repeat(32 * 1024));
    const reader = textStream(make()).getReader();

    await reader.read();
    await new Promise(setImmediate);

    expect(seen.made).toBeLessThan(4);
  });

  test("ends its maker when the reader goes away", async () => {
    const { seen, make } = maker(1000, "x".repeat(32 * 1024));
    const reader = textStream(make()).getReader();
    await reader.read();

    await reader.cancel();

    expect(seen.ended).toBe(true);
  });

  test("breaks off when its maker fails", async () => {
    async function* failing() {
      yield "x".repeat(40 * 1024);
      throw new Error("the disk is gone");
    }
    const reading = new Response(textStream(failing())).text();

    const outcome = await reading.catch((error: Error) => error.message);

    expect(outcome).toBe("the disk is gone");
  });
});
