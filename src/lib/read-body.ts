import { Refusal } from "./errors.ts";

/**
 * Reads a request's body, and no more of it than is allowed.
 *
 * A length that is announced is believed when it is too large; without one the pieces are counted
 * as they come, so that an endless body costs no memory.
 *
 * @throws {Refusal} `too large`; `invalid`, if the sender goes away in the middle.
 */
export async function readBody(request: Request, mostBytes: number): Promise<ArrayBuffer> {
  const announced = request.headers.get("content-length");
  if (announced !== null && Number(announced) > mostBytes) throw tooLarge(mostBytes);
  try {
    if (announced !== null || request.body === null) return await request.arrayBuffer();
    return await gather(request.body, mostBytes);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("invalid", "The body did not arrive whole", { cause: error });
  }
}

async function gather(stream: ReadableStream<Uint8Array>, mostBytes: number): Promise<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream as unknown as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > mostBytes) throw tooLarge(mostBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).buffer as ArrayBuffer;
}

function tooLarge(mostBytes: number): Refusal {
  return new Refusal("too large", `A request may have ${mostBytes} bytes at most`);
}
