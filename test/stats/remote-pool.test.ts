import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createLog } from "../../src/lib/log.ts";
import { isStarved, startHelper } from "../../src/lib/helper.ts";
import { createRemotePool, restFor, type Watching } from "../../src/stats/remote-pool.ts";
import { createStats } from "../../src/stats/stats.ts";
import { addTestSite, startApp, submission, type TestApp } from "../helpers/app.ts";
import { until } from "../helpers/browser.ts";

const CACHE_BYTES = 16 * 1024 * 1024;

let app: TestApp;
let siteId = 0;
beforeAll(async () => {
  app = await startApp();
  const key = await addTestSite(app);
  siteId = app.sites.find(key)!.id;
  await app.send(key, submission({ events: [{ name: "page_view", age: 0 }] }));
});
afterAll(() => app.close());

const question = () => ({
  siteIds: [siteId],
  zone: "UTC",
  period: { from: app.now() - 86_400_000, until: app.now() + 1 },
  metrics: ["views"] as const,
});

const lines: string[] = [];

const openStats = (watching?: Watching) => {
  const path = app.databasePath;
  const log = createLog("normal", (line) => lines.push(line));
  const pool = createRemotePool({ path, cacheBytes: CACHE_BYTES }, log, watching);
  return createStats({ path, now: app.now, pool });
};

/** The processes that a process has started for statistics. */
function helpersOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter((child) => child !== "" && nameOf(Number(child)).includes("statistics"))
    .map(Number);
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

test.each([
  ["many events that take much of a processor", 0.8, 2500, 3],
  ["many events that cost little, on a quick machine", 0.2, 2500, 0],
  ["pages that take much of a processor, beside few events", 0.8, 50, 0],
  ["nothing at all", 0, 0, 0],
])("for %s threads rest as they should", (_, processors, events, factor) => {
  expect(restFor(processors, events)).toBe(factor);
});

describe("a process of statistics", () => {
  test("that is killed is told to whoever waits, and the next question starts another", async () => {
    const before = helpersOf(process.pid);
    const stats = openStats();
    await stats.figures(question());
    const helper = helpersOf(process.pid).find((pid) => !before.includes(pid));

    const asked = stats.figures(question()).then(
      () => "answered",
      (error: Error) => error.message,
    );
    process.kill(helper!, "SIGKILL");
    const outcome = await asked;
    const after = await stats.figures(question());

    expect(outcome).toMatch(/^(?:answered|Statistics broke off: try again)/);
    expect(lines.join()).toContain("The process for statistics ended by SIGKILL");
    expect(after.totals).toEqual([1]);
    stats.stop();
    await until(() => nameOf(helper!) === "", "it was gone");
  });

  test("is there before the first question, where somebody prepares for it", async () => {
    const others = helpersOf(process.pid);
    const own = () => helpersOf(process.pid).filter((pid) => !others.includes(pid));
    const stats = openStats();

    stats.prepare();
    stats.prepare();
    const [helper] = await until(() => (own().length > 0 ? own() : undefined), "it was started");
    const { totals } = await stats.figures(question());

    expect(totals).toEqual([1]);
    expect(own()).toEqual([helper!]);
    stats.stop();
    await until(() => nameOf(helper!) === "", "it was gone");
  });

  test("ends when the process that started it is killed", async () => {
    const parent = Bun.spawn(
      [process.execPath, join(import.meta.dir, "..", "helpers", "asking-child.ts")],
      {
        env: { ...process.env, ASKED_PATH: app.databasePath, ASKED_SITE: String(siteId) },
        stdout: "pipe",
        stderr: "inherit",
      },
    );
    const { value } = await parent.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toBe("answered\n");
    const helper = await until(() => helpersOf(parent.pid)[0], "it had a helper");

    parent.kill("SIGKILL");

    await until(() => nameOf(helper) === "", "its helper had ended");
  });

  test("that others leave no processor is replaced, and the question answered", async () => {
    const others = helpersOf(process.pid);
    const helper = () => helpersOf(process.pid).find((pid) => !others.includes(pid));
    let starve = () => {};
    const stats = openStats({
      watch(_, __, onStarved) {
        starve = onStarved;
        return () => {};
      },
    });

    const asked = stats.figures(question());
    const first = await until(helper, "it was started");
    process.kill(first, "SIGSTOP");
    starve();
    const { totals } = await asked;

    expect(totals).toEqual([1]);
    expect(helper()).not.toBe(first);
    stats.stop();
  });

  test("that rests while many events come answers all the same", async () => {
    let tell: (processors: number) => void = () => {};
    let ended = 0;
    let events = 0;
    const stats = openStats({
      stored: () => events,
      watchLoad(_, told) {
        tell = told;
        return () => (ended += 1);
      },
    });
    await stats.figures(question());

    events = 1000;
    tell(1.5);
    const busy = await stats.figures(question());
    tell(0.1);
    const calm = await stats.figures(question());
    await stats.stop();

    expect([busy.totals, calm.totals]).toEqual([[1], [1]]);
    expect(ended).toBe(availableParallelism() > 3 ? 0 : 1);
  });

  test("leaves a question whose asker is gone, and answers the next", async () => {
    const stats = openStats();
    const leaving = new AbortController();

    const left = stats.figures(question(), leaving.signal).catch((error: Error) => error.message);
    leaving.abort();
    const { totals } = await stats.figures(question());

    expect(await left).toBe("Nobody waits for this any more");
    expect(totals).toEqual([1]);
    stats.stop();
  });

  test("refuses what waits when Footfall stops", async () => {
    const stats = openStats();

    const asked = stats.figures(question()).catch((error: Error) => error.message);
    stats.stop();

    expect(await asked).toBe("Footfall is stopping");
  });
});

describe("startHelper()", () => {
  test("says of what cannot be done by a process of its own that it ended", async () => {
    const broken = Promise.withResolvers<string>();

    const helper = startHelper({
      name: "nothing known",
      onMessage: () => {},
      onBroken: broken.resolve,
    });
    helper.send("a message");

    expect(await broken.promise).toBe("The process for nothing known ended by exit code 1");
    helper.send("another");
    await helper.end();
  });

  test("of statistics has what others leave over", async () => {
    const others = helpersOf(process.pid);
    const stats = openStats();
    await stats.figures(question());
    const helper = helpersOf(process.pid).find((pid) => !others.includes(pid))!;

    // The 41st field is the policy, 5 of what stands back; see proc(5).
    const policies = readdirSync(`/proc/${helper}/task`).map(
      (task) =>
        readFileSync(`/proc/${helper}/task/${task}/stat`, "utf8").split(") ")[1]!.split(" ")[38],
    );

    expect(policies.filter((policy) => policy !== "5")).toEqual([]);
    expect(readFileSync(`/proc/${helper}/oom_score_adj`, "utf8").trim()).toBe("500");
    await stats.stop();
    expect(nameOf(helper)).toBe("");
  });
});

test.each([
  ["waited all the time", { ranMs: 10, waitedMs: 1990 }, true],
  ["was given a share", { ranMs: 300, waitedMs: 1500 }, false],
  ["had nothing to do", { ranMs: 1, waitedMs: 20 }, false],
])("isStarved() of threads that %s", (_, after, expected) => {
  expect(isStarved({ ranMs: 0, waitedMs: 0 }, after, 1000)).toBe(expected);
});
