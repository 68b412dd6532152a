import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serveCommands } from "../../src/cli/serve.ts";
import type { CommandSocket } from "../../src/cli/command-socket.ts";
import { addTestSite, startApp, submission, type TestApp } from "../helpers/app.ts";
import { testFolder } from "../helpers/store.ts";

const NOON = Date.UTC(2026, 10, 25, 12);
const EVENTS = 2500;

let folder: string;
let app: TestApp;
let socket: CommandSocket | undefined;
beforeAll(async () => {
  folder = testFolder();
  const directory = join(folder, "data");
  app = await startApp({ at: NOON, env: { FOOTFALL_RATE_LIMIT: "0" }, directory });
  const key = await addTestSite(app);
  for (let sent = 0; sent < EVENTS; sent += 50) {
    const events = Array.from({ length: 50 }, (_, index) => ({
      name: "noted",
      props: { number: sent + index },
    }));
    await app.send(key, submission({ events }));
  }
  socket = serveCommands(app);
});
afterAll(async () => {
  await socket?.stop();
  rmSync(folder, { recursive: true });
});

/** The command as an operator types it; read while it runs, since this process may answer it. */
async function command(...words: string[]) {
  const child = Bun.spawn([process.execPath, "src/main.ts", "export", "events", ...words], {
    env: { PATH: process.env.PATH, FOOTFALL_DATA: app.directory },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out, error, code };
}

const numbersIn = (lines: string) =>
  lines
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { properties: { number: number } }).properties.number)
    .toSorted((a, b) => a - b);
const ALL = Array.from({ length: EVENTS }, (_, index) => index);

describe("footfall export events", () => {
  test("writes everything to the standard output, beside a running server", async () => {
    const { out, error, code } = await command("--site", "shop.example");

    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(numbersIn(out)).toEqual(ALL);
  });

  test("writes a file once it is whole, and says so elsewhere", async () => {
    const path = join(folder, "events.csv");
    writeFileSync(path, "from yesterday");
    const { out, error, code } = await command(
      "--site=https://shop.example/",
      "--format=csv",
      `--out=${path}`,
    );

    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(error).toContain(`MB written to ${path}`);
    expect(readFileSync(path, "utf8").trimEnd().split("\r\n")).toHaveLength(EVENTS + 1);
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  test.each([
    [["--from", "2026-11-26"], 0],
    [["--until", "2026-11-24"], 0],
    [["--from", "2026-11-25", "--until=2026-11-25"], EVENTS],
    // Noon of the 25th is already the 26th there.
    [["--from", "2026-11-26", "--zone", "Pacific/Kiritimati"], EVENTS],
  ] as const)("of %j writes that period", async (words, events) => {
    const { out } = await command("--site", "shop.example", ...words);

    expect(out.split("\n")).toHaveLength(events + 1);
  });

  test.each([
    [[], "--site DOMAIN"],
    [["--site", "other.example"], "No site is tracked under other.example"],
    [["--site", "shop.example", "--from", "2026-02-30"], 'not "2026-02-30"'],
    [["--site", "shop.example", "--from", "2026-02-02", "--until", "2026-02-01"], "after --until"],
    [["--site", "shop.example", "--format", "xml"], "jsonl or csv"],
    [["--site", "shop.example", "--out", "/no/such/folder/x"], "/no/such/folder/x cannot be"],
    [["--site", "shop.example", "--zone", "Berlin"], "--zone must be"],
    [["events"], "a word too many"],
  ])("%j is told what is wrong", async (words, message) => {
    const { out, error, code } = await command(...words);

    expect(error).toContain(message);
    expect({ code, out }).toEqual({ code: 1, out: "" });
  });

  test("works without a server, too", async () => {
    await socket!.stop();
    socket = undefined;
    await app.close();

    const { out, code } = await command("--site", "shop.example");

    expect(code).toBe(0);
    expect(numbersIn(out)).toEqual(ALL);
  });
});
