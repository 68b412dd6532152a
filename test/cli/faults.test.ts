import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startFlowLab, type FlowLab } from "../helpers/flows.ts";
import { freePort } from "../helpers/app.ts";
import { ask } from "../helpers/rows.ts";
import { testFolder } from "../helpers/store.ts";

// What an operator does by mistake, or finds at three in the morning.

let folder: string;
beforeEach(() => {
  folder = testFolder();
  writeFileSync(join(folder, "passphrase"), "a long passphrase\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string) => join(folder, name);

function run(words: readonly string[], env: Record<string, string> = {}) {
  const child = Bun.spawnSync([process.execPath, "src/main.ts", ...words], {
    env: { PATH: process.env.PATH, FOOTFALL_DATA: file("data"), ...env },
    timeout: 20_000,
  });
  return { code: child.exitCode, said: child.stdout.toString() + child.stderr.toString() };
}

const withKey = ["--passphrase-file"] as const;
const backup = (name: string, env?: Record<string, string>) =>
  run(["backup", file(name), ...withKey, file("passphrase")], env);
const restore = (name: string, env?: Record<string, string>) =>
  run(["restore", file(name), ...withKey, file("passphrase")], env);

describe("the installation's key", () => {
  const SECRET = { FOOTFALL_SECRET: "s".repeat(40) };

  test("is never made anew beside data, nor taken for another", () => {
    run(["site", "add", "shop.example"], SECRET);

    const missing = backup("missing");
    const wrong = run(["site", "add", "x.example"], { FOOTFALL_SECRET: "t".repeat(40) });
    const served = run(["serve"], { FOOTFALL_PORT: String(freePort()) });

    expect([missing.code, wrong.code, served.code]).toEqual([1, 1, 1]);
    expect(missing.said).toContain("FOOTFALL_SECRET");
    expect(existsSync(file("data/secret"))).toBe(false);
    expect(existsSync(file("missing"))).toBe(false);
  });

  test("that was lost may be replaced by a restore without it, and only so", () => {
    run(["site", "add", "shop.example"]);
    run(["backup", file("bare"), "--without-key"]);
    rmSync(file("data/secret"));

    const lost = run(["site", "add", "x.example"]);
    const restored = run(["restore", file("bare")], { FOOTFALL_DATA: file("new") });
    const after = run(["site", "add", "x.example"], { FOOTFALL_DATA: file("new") });

    expect(lost.said).toContain("key of this database is missing");
    expect([lost.code, restored.code, after.code]).toEqual([1, 0, 0]);
  });

  test("that is empty is said to be", () => {
    run(["site", "add", "shop.example"]);
    writeFileSync(file("data/secret"), "");

    expect(run(["site", "add", "x.example"]).said).toContain("empty or cut off");
  });
});

describe("a restore", () => {
  test.each(["footfall.db", "footfall.db-wal", "secret"])(
    "is refused beside a %s that is left over",
    (left) => {
      run(["site", "add", "shop.example"]);
      backup("one");
      rmSync(file("data"), { recursive: true });
      mkdirSync(file("data"));
      writeFileSync(file(`data/${left}`), "left over");

      const { code, said } = restore("one");

      expect(code).toBe(1);
      expect(said).toContain(left);
      expect(readFileSync(file(`data/${left}`), "utf8")).toBe("left over");
    },
  );

  test.each([
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ["no database", () => Buffer.from("hello")],
    ["empty", () => Buffer.alloc(0)],
  ])("of a file that is %s says so in a sentence, and leaves nothing", (_, damage) => {
    run(["site", "add", "shop.example"]);
    backup("one");
    writeFileSync(file("bad"), damage(readFileSync(file("one"))));

    const { code, said } = restore("bad", { FOOTFALL_DATA: file("new") });

    expect(code).toBe(1);
    expect(said).not.toMatch(/\n\s+at /);
    expect(existsSync(file("new/footfall.db"))).toBe(false);
    expect(existsSync(file("new/secret"))).toBe(false);
  });
});

describe("a mistake of an operator is answered with a sentence", () => {
  test.each([
    ["a passphrase file that is not there", ["backup", "x", "--passphrase-file", "/nowhere/x"]],
    ["a passphrase file that is a directory", ["backup", "x", "--passphrase-file", "/"]],
    ["a backup into a directory that is not there", ["backup", "/nowhere/x", "--without-key"]],
    ["both with and without the key", ["backup", "x", "--without-key", "--passphrase-file", "x"]],
    ["a word too many", ["check", "foo"]],
    ["an option of serve", ["serve", "--bogus"]],
    ["a word after version", ["version", "extra"]],
  ])("%s", (_, words) => {
    run(["site", "add", "shop.example"]);

    const { code, said } = run(words);

    expect(code).toBe(1);
    expect(said).not.toMatch(/\n\s+at /);
    expect(said.trim().length).toBeGreaterThan(10);
  });

  test("help is given for every command", () => {
    const { code, said } = run(["backup", "--help"]);

    expect(code).toBe(0);
    expect(said).toContain("backup FILE");
  });

  test("a damaged database ends a start with what is wrong", () => {
    run(["site", "add", "shop.example"]);
    const bytes = readFileSync(file("data/footfall.db"));
    writeFileSync(
      file("data/footfall.db"),
      Buffer.concat([Buffer.alloc(4096, 7), bytes.subarray(4096)]),
    );

    const { code, said } = run(["serve"], { FOOTFALL_PORT: String(freePort()) });

    expect(code).toBe(1);
    expect(said).toContain("no database of Footfall");
    expect(said).not.toMatch(/\n\s+at /);
  });

  test("a port that is taken ends the start, lets go of the data, and nothing acts", () => {
    const other = Bun.serve({ port: 0, hostname: "localhost", fetch: () => new Response() });

    const { code, said } = run(["serve"], { FOOTFALL_PORT: String(other.port) });
    const after = run(["site", "add", "shop.example"]);
    void other.stop(true);

    expect(code).toBe(1);
    expect(said).toContain("the port is taken");
    expect(after.code).toBe(0);
  });

  test("a key that is not the certificate's is said to be", () => {
    writeFileSync(file("cert.pem"), "nonsense");
    const { code, said } = run(["serve"], {
      FOOTFALL_PORT: String(freePort()),
      FOOTFALL_TLS_CERT: file("cert.pem"),
      FOOTFALL_TLS_KEY: file("cert.pem"),
    });

    expect(code).toBe(1);
    expect(said).toContain("FOOTFALL_TLS_CERT");
  });
});

describe("user add", () => {
  test("makes the first user the owner, and gives who forgot a password a new link", () => {
    const first = run(["user", "add", "ann@example.com"]);
    const second = run(["user", "add", "bob@example.com"]);
    const again = run(["user", "add", "ann@example.com"]);
    const promoted = run(["user", "add", "bob@example.com", "--role", "owner"]);

    expect(first.said).toContain("(owner)");
    expect(second.said).toContain("(admin)");
    expect([again.code, promoted.code]).toEqual([0, 1]);
    expect(again.said).toContain("/invitation?token=");
  });
});

describe("while it runs", () => {
  let lab: FlowLab;
  beforeEach(async () => {
    lab = await startFlowLab();
  });
  afterEach(() => lab.close());

  test("what was written twice after a restore is two messages to who receives them", async () => {
    await lab.publish([["webhook", { url: lab.receiver.url }]]);
    const copy = file("copy");
    await lab.app.write(() => {});
    cpSync(lab.app.directory, copy, { recursive: true });
    await lab.trigger("ann", "add_to_cart");
    await lab.app.acting.tick();
    const other = await startFlowLab({ directory: copy });
    await other.trigger("bob", "add_to_cart");
    await other.app.acting.tick();

    const id = (each: FlowLab) =>
      ask<{ key: string; public_id: string }>(each.app, "select key, public_id from outbox")[0]!;
    expect(id(lab).key).toBe(id(other).key);
    expect(id(lab).public_id).not.toBe(id(other).public_id);
    await other.close();
  });

  test("a data directory that is taken away is noticed: nothing more is acknowledged", async () => {
    await lab.trigger("ann", "add_to_cart");
    rmSync(join(lab.app.directory, "footfall.db"));
    await Bun.sleep(1200);

    const response = await lab.app.send(lab.key, {
      v: 1,
      page: { url: "https://shop.example/" },
      events: [{ id: "a".repeat(20), name: "page_view", age: 0 }],
    });
    const ready = await fetch(`${lab.app.url}/readyz`);

    expect([response.status, ready.status]).toEqual([503, 503]);
    expect(await response.text()).toContain("removed or replaced");
  });
});
