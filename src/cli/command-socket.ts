import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { Refusal } from "../lib/errors.ts";

/** Where the running server listens for commands. */
export interface CommandSocket {
  stop(): Promise<void>;
}

// The longest path that fits a Unix socket's address on every system we run on.
const LONGEST_PATH = 100;

function socketPath(directory: string): string {
  const path = join(directory, "footfall.sock");
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path;
  const name = createHash("sha256").update(directory).digest("hex").slice(0, 16);
  return join(tmpdir(), `footfall-${userInfo().uid}`, `${name}.sock`);
}

/**
 * Listens on a private socket in the data directory, so that commands work beside a server:
 * one process alone may write. Only the owner of the directory can reach it.
 */
export function openCommandSocket(
  directory: string,
  handle: (name: string, input: unknown) => Promise<string>,
): CommandSocket {
  const path = socketPath(directory);
  if (!path.startsWith(directory)) mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  // Left behind by a process that was killed; the lock says that no other is alive.
  rmSync(path, { force: true });
  const server = Bun.serve({
    unix: path,
    async fetch(request) {
      try {
        const { name, input } = (await request.json()) as { name: string; input: unknown };
        return Response.json({ text: await handle(name, input) });
      } catch (error) {
        const kind = error instanceof Refusal ? error.kind : undefined;
        const message = error instanceof Error ? error.message : String(error);
        return Response.json({ kind, message }, { status: 400 });
      }
    },
  });
  chmodSync(path, 0o600);
  return {
    async stop() {
      await server.stop(true);
      rmSync(path, { force: true });
    },
  };
}

/**
 * Asks the running server to carry out a command.
 *
 * @returns What it says; `undefined` if none is running.
 * @throws {Refusal} as the command does.
 */
export async function askServer(
  directory: string,
  name: string,
  input: unknown,
): Promise<string | undefined> {
  const path = socketPath(directory);
  if (!existsSync(path)) return undefined;
  let response: Response;
  try {
    response = await fetch("http://footfall/", {
      unix: path,
      method: "POST",
      body: JSON.stringify({ name, input }),
    });
  } catch {
    return undefined;
  }
  const answer = (await response.json()) as {
    text?: string;
    kind?: Refusal["kind"];
    message?: string;
  };
  if (response.ok) return answer.text ?? "";
  throw new Refusal(answer.kind ?? "unavailable", answer.message ?? "The command failed");
}
