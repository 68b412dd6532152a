import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AGENT, freePort } from "./app.ts";
import { until } from "./browser.ts";

const ROOT = join(import.meta.dir, "..", "..");
const PATH = join(ROOT, "dist", "footfall");

let built = false;

/** The path of the executable, built from the source as it is, once in a run of tests. */
export function executable(): string {
  if (!built) {
    const build = Bun.spawnSync([process.execPath, "src/build.ts"], { cwd: ROOT });
    if (!build.success) throw new Error(`The build failed: ${build.stderr.toString()}`);
    built = existsSync(PATH);
  }
  return PATH;
}

/** A started executable. */
export interface Started {
  readonly url: string;
  readonly pid: number;
  /** The folder it was started in, which was empty. */
  readonly folder: string;
  /** What it said on both outputs until now. */
  said(): string;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code, once it has ended; 128 and more for a signal. */
  readonly ended: Promise<number>;
  /** Ends it and removes the folder. */
  clean(): Promise<void>;
}

export interface StartOptions {
  readonly env?: Record<string, string>;
  /** A folder to start in again; otherwise a new one. */
  readonly folder?: string;
}

/**
 * Starts the executable with an environment of nothing but a port and waits until it answers.
 *
 * @throws {Error} with what it said, if it ends instead.
 */
export async function startExecutable(options: StartOptions = {}): Promise<Started> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "footfall-binary-"));
  const port = freePort();
  const child = Bun.spawn([executable()], {
    cwd: folder,
    env: { FOOTFALL_PORT: String(port), ...options.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let said = "";
  const listen = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) said += decoder.decode(chunk, { stream: true });
  };
  void listen(child.stdout);
  void listen(child.stderr);

  const url = `http://localhost:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`It ended at once: ${said}`);
    return fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }, "the executable answered");
  // What it says comes by another way, and may come later.
  await until(() => Promise.resolve(said.includes(" serves at ")), "the executable said where");

  return {
    url,
    pid: child.pid,
    folder,
    said: () => said,
    kill: (signal) => {
      // A second `child.kill` does nothing.
      if (child.exitCode === null && child.signalCode === null) process.kill(child.pid, signal);
    },
    ended: child.exited,
    async clean() {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A browser's requests to it, signed in with the owner's account, which is made if need be. */
export async function signInAsOwner(started: Started) {
  const token = /token=(\S+)/.exec(started.said())?.[1] ?? "";
  let cookie = "";
  const request = async (path: string, form?: Record<string, string>) => {
    const response = await fetch(started.url + path, {
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
      redirect: "manual",
      headers: { origin: started.url, "user-agent": AGENT, cookie },
    });
    // Other cookies keep what somebody chose; this one, who it is.
    const set = response.headers.getSetCookie().find((each) => each.startsWith("footfall="));
    cookie = set?.split(";", 1)[0] ?? cookie;
    return response;
  };
  const account = { email: "owner@example.com", password: "a long password" };
  if (token === "") await request("/login", account);
  else await request("/setup", { token, name: "Owner", ...account });
  return request;
}
