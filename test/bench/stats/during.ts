import { join } from "node:path";
import { signInAsOwner, type Started } from "../../helpers/executable.ts";
import { ask } from "../../helpers/rows.ts";
import { print } from "../figure.ts";
import { measureLoad, watchLoad, type Measured } from "../ingest.ts";
import { serveFolder, stop, viewOverview } from "./pages.ts";

const CONNECTIONS = 100;
/** The sealer looks for work this long after the start; see `sealer.ts`. */
const LOOK_MS = 60_000;
const ROUNDS = 3;
/** Seconds measured before anything else begins. */
const ALONE = 10;
const MOST_WAITING = 60;
const LOOK_EVERY_MS = 100;

/** What happens beside ingest, more than 100,000 rows of it. */
export type Upkeep = "sealing" | "merging" | "erasing";

/** What ingest does while somebody looks at the overview without pause, beside what it does alone. */
export async function benchIngestDuring(folder: string, millions: number): Promise<void> {
  const started = await serveFolder(folder);
  const request = await signInAsOwner(started);
  const load = loadOn(started);
  const alone: Measured[] = [];
  const during: Measured[] = [];
  let looks = 0;
  // By turns: a machine that is shared with others is not equally quick from minute to minute.
  for (let round = 0; round < ROUNDS; round += 1) {
    alone.push(await load());
    let looking = true;
    const looker = (async () => {
      for (; looking; looks += 1) await viewOverview(request);
    })();
    during.push(await load());
    looking = false;
    await looker;
  }
  alone.push(await load());
  await stop(started);
  report(during, alone, { millions, while: `${looks} overviews` });
}

/**
 * The same while rows or segments are worked on: only what is measured within that time counts.
 *
 * @throws {Error} if there was no such time.
 */
export async function benchIngestWhile(
  folder: string,
  millions: number,
  upkeep: Upkeep,
): Promise<void> {
  const begun = performance.now();
  const started = await serveFolder(folder);
  const port = Number(new URL(started.url).port);
  const erase = upkeep === "erasing" ? await prepareErasures(started) : undefined;
  // Both measured with as much before: what was recorded by then is read as well.
  if (!erase) await Bun.sleep(LOOK_MS - 20_000 - (performance.now() - begun));
  const look = watch(folder, upkeep === "erasing" ? ERASING : BUILDING);
  const alone: Measured[] = [];
  const during: Measured[] = [];
  let calm = 0;
  for await (const measured of watchLoad(port, "/e/bench", CONNECTIONS)) {
    const busy = look();
    if (alone.length < ALONE) {
      alone.push(measured);
      if (alone.length === ALONE) void erase?.();
      continue;
    }
    if (busy > 0.9) during.push(measured);
    calm = busy === 0 ? calm + 1 : 0;
    if (calm > (during.length === 0 ? MOST_WAITING : 3)) break;
  }
  look.stop();
  await stop(started);
  if (during.length === 0) throw new Error(`There was no ${upkeep} while it was measured`);
  report(during, alone, { millions, while: upkeep, seconds: during.length });
}

/** @returns Sets off the erasure of some visitors; each is in several segments of some days. */
async function prepareErasures(started: Started): Promise<() => Promise<unknown>> {
  const request = await signInAsOwner(started);
  const path = "/admin/sites/bench/keep/erase";
  return () =>
    Promise.all(
      Array.from({ length: 3 }, async (_, index) => {
        const { status } = await request(path, { number: String(1 + index * 1000) });
        if (status !== 303) throw new Error(`To erase a visitor was answered ${status}`);
      }),
    );
}

const BUILDING = "select count(*) as n from segments where state = 'building'";
const ERASING = "select json_array_length(value) as n from settings where key = 'erasing'";

/** @returns Says for which part of the time since it was asked last a query counted something. */
function watch(folder: string, sql: string) {
  const databasePath = join(folder, "footfall.db");
  let looks = 0;
  let busy = 0;
  const timer = setInterval(() => {
    const [row] = ask<{ n: number }>({ databasePath }, sql);
    looks += 1;
    if ((row?.n ?? 0) > 0) busy += 1;
  }, LOOK_EVERY_MS);
  const look = () => {
    const share = looks === 0 ? 0 : busy / looks;
    [looks, busy] = [0, 0];
    return share;
  };
  return Object.assign(look, { stop: () => clearInterval(timer) });
}

function report(
  during: readonly Measured[],
  alone: readonly Measured[],
  more: { readonly millions: number; readonly while: string; readonly seconds?: number },
): void {
  const mean = (all: readonly Measured[]) =>
    all.reduce((sum, { rate }) => sum + rate, 0) / all.length;
  const figure = (name: string, value: number, reference: number, unit: string) =>
    print({ name, value, unit, reference, connections: CONNECTIONS, ...more });
  figure("stats.ingest_during", mean(during), mean(alone), "events/s");
  figure("stats.ingest_during.p99", p99Of(during), p99Of(alone), "ms");
}

/** Of all requests of these times together, in whole ms. */
function p99Of(all: readonly Measured[]): number {
  const counts: number[] = [];
  for (const { byMs } of all) byMs.forEach((count, ms) => (counts[ms] = (counts[ms] ?? 0) + count));
  let slower = counts.reduce((sum, count) => sum + count, 0) / 100;
  let ms = counts.length;
  while (ms > 0 && slower > 0) {
    ms -= 1;
    slower -= counts[ms] ?? 0;
  }
  return ms + 1;
}

const loadOn =
  ({ url }: Started) =>
  (): Promise<Measured> =>
    measureLoad(Number(new URL(url).port), "/e/bench", CONNECTIONS);
