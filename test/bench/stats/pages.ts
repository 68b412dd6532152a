import { join } from "node:path";
import { signInAsOwner, startExecutable, type Started } from "../../helpers/executable.ts";
import { until } from "../../helpers/browser.ts";
import { ask } from "../../helpers/rows.ts";
import { print } from "../figure.ts";
import { measureLoad } from "../ingest.ts";
import { DAY_MS, UNTIL_AT } from "./traffic.ts";

const CONNECTIONS = 100;

type Request = (path: string) => Promise<Response>;

const day = (at: number) => new Date(at).toISOString().slice(0, 10);
/** All there is: 30 days, compared with the 30 before. */
const OVERVIEW = `/admin/sites/bench?period=custom&from=${day(UNTIL_AT - 30 * DAY_MS)}&until=${day(UNTIL_AT - 1)}&compare=previous`;

/** The page and all that it loads by itself, as a browser asks for it. */
async function viewOverview(request: Request): Promise<number> {
  const begun = performance.now();
  const page = await request(OVERVIEW);
  if (!page.ok) throw new Error(`The overview answered ${page.status}`);
  const html = await page.text();
  const parts = [...html.matchAll(/<[^>]*hx-trigger="load[^>]*>/g)].flatMap(([tag]) => {
    const path = /hx-get="([^"]+)"/.exec(tag)?.[1];
    return path ? [path.replaceAll("&amp;", "&")] : [];
  });
  if (!html.includes('id="panel-pages"')) throw new Error("The overview has no panels");
  const answers = await Promise.all(
    parts.map(async (path) => {
      const answer = await request(path);
      await answer.text();
      return answer.status;
    }),
  );
  if (answers.some((status) => status !== 200))
    throw new Error(`Panels answered ${answers.join()}`);
  return performance.now() - begun;
}

async function start(folder: string): Promise<Started> {
  return startExecutable({ folder, env: { FOOTFALL_DATA: folder, FOOTFALL_RATE_LIMIT: "0" } });
}

async function stop(started: Started): Promise<void> {
  started.kill("SIGTERM");
  await started.ended;
}

const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

/** The whole overview page of the site: in a process that was asked nothing yet, and again. */
export async function benchOverview(folder: string, millions: number): Promise<void> {
  const colds: number[] = [];
  const warms: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const started = await start(folder);
    const request = await signInAsOwner(started);
    // What any first page costs is not the overview's.
    await (await request("/admin/sites")).text();
    colds.push(await viewOverview(request));
    for (let again = 0; again < 5; again += 1) warms.push(await viewOverview(request));
    await stop(started);
  }
  print({ name: "stats.overview.cold", value: median(colds), unit: "ms", millions });
  print({ name: "stats.overview.warm", value: median(warms), unit: "ms", millions });
}

/** What ingest does while somebody looks at the overview without pause, beside what it does alone. */
export async function benchIngestDuring(folder: string, millions: number): Promise<void> {
  const started = await start(folder);
  const request = await signInAsOwner(started);
  const port = Number(new URL(started.url).port);
  const alone = await measureLoad(port, "/e/bench", CONNECTIONS);
  let looking = true;
  let looks = 0;
  const looker = (async () => {
    for (; looking; looks += 1) await viewOverview(request);
  })();
  const during = await measureLoad(port, "/e/bench", CONNECTIONS);
  looking = false;
  await looker;
  const figure = (name: string, value: number, reference: number, unit: string) =>
    print({
      name,
      value,
      unit,
      reference,
      millions,
      connections: CONNECTIONS,
      while: `${looks} overviews`,
    });
  figure("stats.ingest_during", during.rate, alone.rate, "events/s");
  figure("stats.ingest_during.p99", during.p99, alone.p99, "ms");
  await stop(started);
}

/** The sealer looks for work this long after the start; see `sealer.ts`. */
const LOOK_MS = 60_000;
const WARM_UP_MS = 5000;

/** The same while more than 100,000 rows are sealed; refuses to tell a figure if they were not. */
export async function benchIngestWhileSealing(folder: string, millions: number): Promise<void> {
  const before = lastSegment(folder);
  const begun = performance.now();
  const started = await start(folder);
  const port = Number(new URL(started.url).port);
  const alone = await measureLoad(port, "/e/bench", CONNECTIONS);
  await Bun.sleep(LOOK_MS - WARM_UP_MS - 1000 - (performance.now() - begun));
  const during = await measureLoad(port, "/e/bench", CONNECTIONS);
  // Begun while it was measured; ended some time later.
  await until(() => lastSegment(folder) > before, "a segment was sealed", 120_000);
  await stop(started);
  const figure = (name: string, value: number, reference: number, unit: string) =>
    print({ name, value, unit, reference, millions, connections: CONNECTIONS, while: "sealing" });
  figure("stats.ingest_during", during.rate, alone.rate, "events/s");
  figure("stats.ingest_during.p99", during.p99, alone.p99, "ms");
}

const lastSegment = (folder: string): number =>
  ask<{ id: number | null }>(
    { databasePath: join(folder, "footfall.db") },
    "select max(id) as id from segments where state = 'live'",
  )[0]!.id ?? 0;
