import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { askServer, openCommandSocket } from "../../src/cli/command-socket.ts";
import type { Pieces } from "../../src/cli/command.ts";
import { deliver } from "../../src/cli/deliver.ts";
import { testFolder } from "../helpers/store.ts";

const PIECE = "x".repeat(40_000);

async function* pieces(count: number, failure?: Error) {
  for (let made = 0; made < count; made += 1) yield PIECE;
  if (failure) throw failure;
}

/** What a running server hands over in pieces, written to a file. */
async function handOver(made: Pieces) {
  const folder = testFolder();
  const socket = openCommandSocket(folder, () => Promise.resolve(made));
  const path = join(folder, "out");
  const output = await askServer(folder, "export events", {});
  const error = await deliver(output as Pieces, path).catch((thrown: Error) => thrown);
  const bytes = existsSync(path) ? readFileSync(path).length : undefined;
  const hasPart = existsSync(`${path}.part`);
  await socket.stop();
  rmSync(folder, { recursive: true });
  return { error, bytes, hasPart };
}

test("what a server hands over in pieces becomes a file once it is whole", async () => {
  const { error, bytes } = await handOver(pieces(50));

  expect({ error, bytes }).toEqual({ error: undefined, bytes: 50 * PIECE.length });
});

test("what a server breaks off is told, and becomes no file", async () => {
  const { error, bytes, hasPart } = await handOver(pieces(50, new Error("the disk is gone")));

  expect(error?.message).toContain("broke off");
  expect({ bytes, hasPart }).toEqual({ bytes: undefined, hasPart: false });
});
