import { createWriteStream, openSync, renameSync, rmSync } from "node:fs";
import type { Writable } from "node:stream";
import { asRefusal } from "../store/fault.ts";

const MB = 1e6;
/** How often a terminal is told how far it is. */
const TELL_EVERY_MS = 500;

/**
 * Writes what comes in pieces to a file or the standard output, at the pace of who takes it.
 *
 * A file appears under its name once it is whole: half of it must not pass for all of it. How far
 * it is goes to the error output, which is nobody's data.
 *
 * @param path `null`: the standard output.
 * @throws {Refusal} `unavailable`, if it cannot be written or what comes breaks off.
 */
export async function deliver(
  pieces: AsyncIterable<string | Uint8Array>,
  path: string | null,
): Promise<void> {
  if (path === null) {
    await pour(pieces, process.stdout).catch((error) => {
      // `… | head` has read enough; that is no failure of ours.
      if ((error as { code?: string }).code !== "EPIPE") throw error;
    });
    return;
  }
  const part = `${path}.part`;
  const fd = openFile(part, path);
  try {
    const file = createWriteStream(part, { fd });
    const bytes = await pour(pieces, file);
    await new Promise<void>((resolve, reject) => {
      file.once("error", reject);
      file.end(resolve);
    });
    renameSync(part, path);
    console.error(`${(bytes / MB).toFixed(1)} MB written to ${path}`);
  } catch (error) {
    rmSync(part, { force: true });
    throw asRefusal(error, `${path} cannot be written`);
  }
}

/** Before anything is asked for: a stream that cannot be opened says so when it is written to. */
function openFile(part: string, path: string): number {
  try {
    return openSync(part, "w");
  } catch (error) {
    throw asRefusal(error, `${path} cannot be written`);
  }
}

async function pour(pieces: AsyncIterable<string | Uint8Array>, target: Writable): Promise<number> {
  let bytes = 0;
  let toldAt = Date.now();
  let failure: Error | undefined;
  target.on("error", (error) => (failure = error));
  for await (const piece of pieces) {
    // Its callback comes when the piece is out: nothing piles up behind a slow reader.
    await new Promise<void>((resolve, reject) => {
      // A stream that broke before says only that it did; what broke it stands beside it.
      target.write(piece, (error) => (error ? reject(target.errored ?? error) : resolve()));
    });
    if (failure) throw failure;
    bytes += piece.length;
    if (process.stderr.isTTY && Date.now() - toldAt > TELL_EVERY_MS) {
      toldAt = Date.now();
      process.stderr.write(`\r${(bytes / MB).toFixed(1)} MB `);
    }
  }
  return bytes;
}
