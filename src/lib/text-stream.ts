/** Bytes gathered before they are handed on: a piece a line would cost more than the lines. */
const PIECE_CHARACTERS = 32 * 1024;

/**
 * A body made of pieces of text, as they are asked for; bytes are handed on as they are.
 *
 * Nothing is made ahead of who reads: a slow reader slows the maker down, and one that goes away
 * ends it, by the maker's `return` (its `finally` runs). An error of the maker breaks the body
 * off, so that a reader cannot take half an answer for all of it.
 */
export function textStream(
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): ReadableStream<Uint8Array> {
  const iterator =
    Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
  const encoder = new TextEncoder();

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let text = "";
        while (text.length < PIECE_CHARACTERS) {
          const { done, value } = await iterator.next();
          if (done) {
            if (text !== "") controller.enqueue(encoder.encode(text));
            controller.close();
            return;
          }
          if (typeof value !== "string") {
            if (text !== "") controller.enqueue(encoder.encode(text));
            controller.enqueue(value);
            return;
          }
          text += value;
        }
        controller.enqueue(encoder.encode(text));
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 1 },
  );
}
