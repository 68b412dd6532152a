import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { AGENT, submission } from "./helpers/app.ts";
import { until } from "./helpers/browser.ts";
import {
  executable,
  signInAsOwner,
  startExecutable,
  type Started,
  type StartOptions,
} from "./helpers/executable.ts";

const open: Started[] = [];
const start = async (options?: StartOptions) => {
  const started = await startExecutable(options);
  open.push(started);
  return started;
};

const addSite = async (request: Awaited<ReturnType<typeof signInAsOwner>>) => {
  const added = await request("/admin/sites", { domain: "shop.example", privacy: "storage" });
  return /sites\/([^/]+)\/install/.exec(added.headers.get("location") ?? "")?.[1] ?? "";
};

const send = ({ url }: Started, key: string, body: unknown) =>
  fetch(`${url}/e/${key}`, {
    method: "POST",
    headers: { "content-type": "text/plain", "user-agent": AGENT, origin: "https://shop.example" },
    body: JSON.stringify(body),
  });

afterEach(async () => {
  for (const started of open.splice(0)) await started.clean();
});

describe("the executable", () => {
  test("has at most 125 MB", () => {
    expect(statSync(executable()).size).toBeLessThanOrEqual(125_000_000);
  });

  test("knows its version in an empty environment", () => {
    const { stdout } = Bun.spawnSync([executable(), "version"], { cwd: tmpdir(), env: {} });

    expect(stdout.toString().trim()).toBe(manifest.version);
  });

  test("starts in an empty folder and writes only into data", async () => {
    const { folder, said } = await start();

    expect(readdirSync(folder)).toEqual(["data"]);
    expect(said()).toContain("/setup?token=");
  });

  test("takes no settings from files it happens to start beside", async () => {
    const folder = mkdtempSync(join(tmpdir(), "footfall-binary-"));
    writeFileSync(join(folder, ".env"), "FOOTFALL_LOG=nonsense\n");
    writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./missing.ts"]\n');
    writeFileSync(join(folder, "package.json"), "not JSON");
    writeFileSync(join(folder, "tsconfig.json"), "not JSON");

    const { url } = await start({ folder });

    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test.each(["admin.js", "base.css", "htmx.js", "icon.svg", "inter.woff2"])(
    "holds the file %s",
    async (name) => {
      const { url } = await start();

      const response = await fetch(`${url}/static/${name}`);

      expect(response.status).toBe(200);
      expect((await response.bytes()).length).toBeGreaterThan(100);
    },
  );

  test("records an event and counts it in its statistics worker", async () => {
    const started = await start();
    const request = await signInAsOwner(started);
    const key = await addSite(request);
    const pixel = await fetch(`${started.url}/p/${key}.js`);
    const url = "https://shop.example/a-page-seen";

    const sent = await send(started, key, submission({ url }));

    expect(await pixel.text()).toContain(key);
    expect(sent.status).toBe(202);
    const page = await request(`/admin/sites/${key}/part/pages`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("/a-page-seen");
  });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "ends in good order on %s, however often it comes",
    async (signal) => {
      const started = await start();

      // Ctrl-C under npm comes from the terminal and, a little later, from npm.
      for (let times = 0; times < 20; times += 1) {
        started.kill(signal);
        Bun.sleepSync(1);
      }
      const exitCode = await started.ended;

      expect(exitCode).toBe(0);
      const again = await start({ folder: started.folder });
      expect(again.said()).not.toContain("Another Footfall");
    },
  );

  test("is told healthy by its own command while it runs, and not after", async () => {
    const started = await start();
    const health = () => {
      const port = new URL(started.url).port;
      const env = { FOOTFALL_PORT: port };
      return Bun.spawnSync([executable(), "health"], { cwd: started.folder, env }).exitCode;
    };

    expect(health()).toBe(0);
    started.kill("SIGTERM");
    await started.ended;
    expect(health()).toBe(1);
  });

  test("moves a large log into the database in its worker, while it is written", async () => {
    const started = await start({ env: { FOOTFALL_RATE_LIMIT: "0" } });
    const request = await signInAsOwner(started);
    const key = await addSite(request);
    const database = join(started.folder, "data", "footfall.db");
    const before = statSync(database).size;
    const props = { text: "x".repeat(500) };
    const events = Array.from({ length: 50 }, () => ({ name: "page_view", props }));

    const bodies = Array.from({ length: 200 }, () => submission({ events }));
    const sent = await Promise.all(bodies.map((body) => send(started, key, body)));

    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([202]));
    // Sooner than the writer's own look at an idle log, which comes after three seconds.
    await until(() => statSync(database).size > before + 2_000_000, "the database had grown", 2500);
  });

  test("can be built again while it runs", async () => {
    const started = await start();

    const build = Bun.spawnSync([process.execPath, "src/build.ts"], {
      cwd: join(import.meta.dir, ".."),
    });

    expect(build.exitCode).toBe(0);
    expect((await fetch(`${started.url}/healthz`)).status).toBe(200);
  });
});

test("the build refuses a target it does not know", () => {
  const build = Bun.spawnSync([process.execPath, "src/build.ts", "--target=bun-amiga"], {
    cwd: join(import.meta.dir, ".."),
  });

  expect(build.exitCode).toBe(1);
  expect(build.stderr.toString()).toContain("There is no target bun-amiga");
});
