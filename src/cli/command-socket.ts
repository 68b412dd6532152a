import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { Refusal } from "../lib/errors.ts";
import { textStream } from "../lib/text-stream.ts";
import type { Output } from "./command.ts";

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

/** The type of an answer that comes in pieces. */
const PIECES = "application/octet-stream";

/**
 * Listens on a private socket in the data directory, so that commands work beside a server:
 * one process alone may write. Only the owner of the directory can reach it.
 */
export function openCommandSocket(
  directory: string,
  handle: (name: string, input: unknown) => Promise<Output>,
): CommandSocket {
  const path = socketPath(directory);
  if (!path.startsWith(directory)) mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  // Left behind by a process that was killed; the lock says that no other is alive.
  rmSync(path, { force: true });
  const server = Bun.serve({
    unix: path,
    async fetch(request, self) {
      // Whoever reads an export may stand still for as long as they like.
      self.timeout(request, 0);
      try {
        const { name, input } = (await request.json()) as { name: string; input: unknown };
        const output = await handle(name, input);
        if (typeof output === "string") return Response.json({ text: output });
        // A body that nobody begins to read is not cancelled either; its maker must end all the same.
        const end = () => void output[Symbol.asyncIterator]().return?.(undefined);
        request.signal.addEventListener("abort", end, { once: true });
        if (request.signal.aborted) end();
        return new Response(textStream(output), { headers: { "content-type": PIECES } });
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
 * @returns What it says, or pieces as they come; `undefined` if none is running.
 * @throws {Refusal} as the command does.
 */
export async function askServer(
  directory: string,
  name: string,
  input: unknown,
): Promise<Output | undefined> {
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
  if (response.headers.get("content-type") === PIECES && response.body) {
    return whole(response.body);
  }
  const answer = (await response.json()) as {
    text?: string;
    kind?: Refusal["kind"];
    message?: string;
  };
  if (response.ok) return answer.text ?? "";
  throw new Refusal(answer.kind ?? "unavailable", answer.message ?? "The command failed");
}

/** What comes from the server to its end; one that breaks off must not pass for all of it. */
async function* whole(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body as unknown as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new Refusal("unavailable", "The server broke off: what was written is not complete", {
      cause,
    });
  }
}
