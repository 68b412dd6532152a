import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startFlowLab, type FlowLab } from "../helpers/flows.ts";
import { submission } from "../helpers/app.ts";
import { testFolder } from "../helpers/store.ts";

let folder = "";
let lab: FlowLab;
beforeAll(async () => {
  folder = testFolder();
  lab = await startFlowLab();
  writeFileSync(join(folder, "passphrase"), "a long passphrase\n");
  writeFileSync(join(folder, "wrong"), "another passphrase\n");
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true });
});

/** A command as an operator types it, beside the running server or not. */
function command(directory: string, ...words: string[]) {
  const { FOOTFALL_DATA: _, ...env } = process.env;
  const child = Bun.spawnSync([process.execPath, "src/main.ts", ...words], {
    env: { ...env, FOOTFALL_DATA: directory },
  });
  return {
    code: child.exitCode,
    said: child.stdout.toString() + child.stderr.toString(),
  };
}

const file = (name: string) => join(folder, name);

describe("backup and restore", () => {
  test("bring figures, links and secrets back into an empty directory", async () => {
    await lab.app.post("/admin/settings/email", {});
    await lab.publish([["email", { subject: "Hi", text: "See https://shop.example/x" }]]);
    await lab.identify("ann", "ann@buyer.example");
    await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
    await lab.app.send(lab.key, submission());
    await lab.app.acting.tick();
    const link = /\/l\/[\w-]+/.exec(lab.mail.mails[0]!.mail.text!)![0];
    const secret = lab.app.sites.identifySecretOf(lab.siteId);
    const figures = async ({ app, siteId }: FlowLab) => {
      const period = { from: 0, until: app.now() + 1 };
      const metrics = ["visitors", "sessions", "views", "events"] as const;
      const asked = { siteIds: [siteId], zone: "UTC", period, metrics, by: ["page"] as const };
      return app.stats.figures(asked);
    };
    const before = await figures(lab);

    const made = command(
      lab.app.directory,
      "backup",
      file("one.backup"),
      "--passphrase-file",
      file("passphrase"),
    );
    const target = file("restored");
    const restored = command(
      target,
      "restore",
      file("one.backup"),
      "--passphrase-file",
      file("passphrase"),
    );
    const again = await startFlowLab({ directory: target, at: lab.app.clock() });

    expect([made.code, restored.code]).toEqual([0, 0]);
    expect(before.totals[0]).toBe(2);
    expect(await figures(again)).toEqual(before);
    expect(again.app.sites.identifySecretOf(again.siteId)).toBe(secret);
    const opened = await fetch(again.app.url + link, { redirect: "manual" });
    expect(opened.headers.get("location")).toStartWith("https://shop.example/x");
    expect(command(target, "check").said).toContain("No problems found");
    await again.close();
  });

  test("refuse a wrong passphrase, and leave nothing behind", () => {
    const target = file("refused");
    const { code, said } = command(
      target,
      "restore",
      file("one.backup"),
      "--passphrase-file",
      file("wrong"),
    );

    expect(code).toBe(1);
    expect(said).toContain("The passphrase does not open this backup");
    expect(existsSync(join(target, "footfall.db"))).toBe(false);
  });

  test("refuse to overwrite a backup or a directory with data", () => {
    const words = ["--passphrase-file", file("passphrase")];
    const backup = command(lab.app.directory, "backup", file("one.backup"), ...words);
    const restore = command(lab.app.directory, "restore", file("one.backup"), ...words);

    expect([backup.code, restore.code]).toEqual([1, 1]);
    expect(backup.said).toContain("choose a new name");
    expect(restore.said).toContain("holds footfall.db");
  });

  test("refuse a file that is no backup, or damaged", () => {
    writeFileSync(file("text"), "not a database");
    const bytes = readFileSync(file("one.backup"));
    bytes.fill(7, 20_000, 120_000);
    writeFileSync(file("damaged"), bytes);

    const none = command(file("a"), "restore", file("text"));
    const damaged = command(
      file("b"),
      "restore",
      file("damaged"),
      "--passphrase-file",
      file("passphrase"),
    );

    expect([none.code, damaged.code]).toEqual([1, 1]);
    expect(existsSync(join(file("b"), "footfall.db"))).toBe(false);
  });

  test("ask for a decision about the installation's key", () => {
    const { code, said } = command(lab.app.directory, "backup", file("two.backup"));

    expect(code).toBe(1);
    expect(said).toContain("--without-key");
  });
});

describe("commands", () => {
  test("say which there are, and what is wrong", () => {
    expect(command(folder, "nonsense").said).toContain('There is no command "nonsense"');
    expect(command(folder, "site", "add").said).toContain("Name one domain");
    expect(command(folder, "site", "add", "x y").said).toContain("example.com");
    expect(command(folder, "backup", "x", "--no").said).toContain("--no");
    expect(command(folder, "help").code).toBe(0);
  });

  test("list every mistake in the settings at once", () => {
    mkdirSync(file("empty"), { recursive: true });
    const child = Bun.spawnSync([process.execPath, "src/main.ts"], {
      env: {
        ...process.env,
        FOOTFALL_PORT: "99999",
        FOOTFALL_URL: "nowhere",
        FOOTFALL_PROT: "1",
        FOOTFALL_TRUST_PROXY: "garbage",
        FOOTFALL_ALLOW_NETWORKS: "10.1.0.0",
        FOOTFALL_SMTP_URL: "smtp://user:100%@mail.example",
      },
    });

    expect(child.exitCode).toBe(1);
    for (const name of [
      "FOOTFALL_PORT",
      "FOOTFALL_URL",
      "FOOTFALL_PROT is not a setting",
      "FOOTFALL_TRUST_PROXY",
      "FOOTFALL_ALLOW_NETWORKS",
      "FOOTFALL_SMTP_URL",
    ]) {
      expect(child.stderr.toString()).toContain(name);
    }
  });

  test("add a user whose link sets a password, and a site, without a server", async () => {
    const target = file("alone");
    const user = command(target, "user", "add", "zoe@example.com", "--role", "owner");
    const site = command(target, "site", "add", "https://Shop.example/", "--privacy", "strict");

    expect(user.said).toContain("/invitation?token=");
    expect(site.said).toContain("<script async src=");
    expect(command(target, "site", "add", "shop.example").said).toContain("tracked already");
  });
});
