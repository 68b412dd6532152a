import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENGINE_SETTINGS } from "../../src/stats/engine-settings.ts";
import { print } from "./figure.ts";
import { benchIngestDuring, benchIngestWhile } from "./stats/during.ts";
import { benchOverview } from "./stats/pages.ts";
import type { Seen } from "./stats/one.ts";
import type { Prepared } from "./stats/prepare.ts";
import { difference, QUESTIONS } from "./stats/questions.ts";

const HERE = join(import.meta.dir, "stats");
/** Not among the packages of the product or of its tests: 70 MB that only this needs. */
const DUCK = "@duckdb/node-api@1.5.6-r.1";
/** A server runs for months: after a dozen times or so the engine has compiled what it can. */
const REPEATS = 25;

/**
 * Dashboard questions over sealed events, cold and warm, beside DuckDB on the same rows with
 * equal answers; the overview page; ingest meanwhile; and how size and memory grow.
 *
 * `BENCH_MILLIONS` names other sizes than 1, 10 and 30 million; the second (or only) one
 * is compared.
 */
export async function benchStats(): Promise<void> {
  const sizes = (process.env.BENCH_MILLIONS ?? "1,10,30").split(",").map(Number);
  const compared = sizes[1] ?? sizes[0]!;
  installDuck();
  for (const millions of sizes) {
    const folder = mkdtempSync(join(tmpdir(), "footfall-stats-"));
    try {
      await benchSize(folder, millions, millions === compared);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function installDuck(): void {
  try {
    import.meta.resolve("@duckdb/node-api");
    return;
  } catch {
    // Not there yet.
  }
  const { status } = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", DUCK], {
    cwd: join(HERE, "..", "..", ".."),
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`${DUCK} could not be installed`);
}

async function benchSize(folder: string, millions: number, isCompared: boolean): Promise<void> {
  const prepared = await run<Prepared>(
    "prepare.ts",
    folder,
    String(millions * 1e6),
    String(millions * 1e5),
    isCompared ? "duck" : "alone",
  );
  const [{ events, fileBytes, segmentBytes, storeSeconds, sealSeconds, peakMegabytes }] =
    prepared as [Prepared];
  const more = { millions };
  const duckBytes = isCompared ? statSync(join(folder, "duck.db")).size / events : undefined;
  const size = (name: string, bytes: number, reference?: number) =>
    print({
      name,
      value: bytes / events,
      unit: "bytes",
      ...(reference !== undefined && { reference }),
      ...more,
    });
  size("stats.bytes_per_event", fileBytes, duckBytes);
  size("stats.segment_bytes_per_event", segmentBytes);
  print({ name: "stats.store_rate", value: events / storeSeconds, unit: "events/s", ...more });
  print({ name: "stats.seal_rate", value: events / sealSeconds, unit: "events/s", ...more });
  print({ name: "stats.seal_rss", value: peakMegabytes, unit: "MB", ...more });

  if (isCompared) await benchQuestions(folder, millions);
  const ours = await run<Seen>("one.ts", "footfall", folder, "all", isCompared ? "2" : "3");
  const theirs = isCompared ? await run<Seen>("one.ts", "duck", folder, "all", "2") : undefined;
  if (!isCompared) {
    for (const { name, warmMs } of ours)
      print({ name: `stats.${name}.warm`, value: warmMs, unit: "ms", ...more });
  }
  const peak = (seen: Seen[] | undefined) => seen?.at(-1)?.peakMegabytes;
  const reference = peak(theirs);
  print({
    name: "stats.rss",
    value: peak(ours)!,
    unit: "MB",
    ...(reference && { reference }),
    ...more,
  });
  await benchOverview(folder, millions);
  if (!isCompared) return;
  await benchIngestDuring(folder, millions);
  await benchIngestWhile(folder, millions, "erasing");
  await run("add-day.ts", folder, "500000");
  await benchIngestWhile(folder, millions, "sealing");
  // Two to be made one, and a few rows that set the sealer to work.
  for (const sealed of ["450000", "450000"]) await run("add-day.ts", folder, sealed, "seal");
  await run("add-day.ts", folder, "5000");
  await benchIngestWhile(folder, millions, "merging");
}

/** Each question first in a process of its own, by both; then again and again. */
async function benchQuestions(folder: string, millions: number): Promise<void> {
  for (const { name } of QUESTIONS) {
    const [ours] = await run<Seen>("one.ts", "footfall", folder, name, String(REPEATS));
    const [theirs] = await run<Seen>("one.ts", "duck", folder, name, String(REPEATS));
    const differs = difference(ours!.rows, theirs!.rows);
    if (differs !== undefined) throw new Error(`${name} is not what DuckDB says: ${differs}`);
    const figure = (kind: "cold" | "warm", value: number, reference: number) =>
      print({ name: `stats.${name}.${kind}`, value, unit: "ms", reference, millions });
    figure("cold", ours!.firstMs, theirs!.firstMs);
    figure("warm", ours!.warmMs, theirs!.warmMs);
  }
}

/** Runs a program of this folder and reads its lines. */
async function run<T>(file: string, ...words: string[]): Promise<T[]> {
  const child = Bun.spawn([process.execPath, join(HERE, file), ...words], {
    // As the process of statistics has it.
    env: { ...process.env, ...(words[0] === "footfall" && ENGINE_SETTINGS) },
    stdout: "pipe",
    stderr: "inherit",
  });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${file} ${words.join(" ")} failed`);
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as T);
}
