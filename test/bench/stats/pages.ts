import { signInAsOwner, startExecutable, type Started } from "../../helpers/executable.ts";
import { print } from "../figure.ts";
import { DAY_MS, UNTIL_AT } from "./traffic.ts";

type Request = (path: string) => Promise<Response>;

const day = (at: number) => new Date(at).toISOString().slice(0, 10);
/** All there is: 30 days, compared with the 30 before. */
const OVERVIEW = `/admin/sites/bench?period=custom&from=${day(UNTIL_AT - 30 * DAY_MS)}&until=${day(UNTIL_AT - 1)}&compare=previous`;

/** The page and all that it loads by itself, as a browser asks for it. */
export async function viewOverview(request: Request): Promise<number> {
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

/** Serves a data directory, however fast one asks. */
export async function serveFolder(folder: string): Promise<Started> {
  return startExecutable({ folder, env: { FOOTFALL_DATA: folder, FOOTFALL_RATE_LIMIT: "0" } });
}

/** Ends it as an operator does. */
export async function stop(started: Started): Promise<void> {
  started.kill("SIGTERM");
  await started.ended;
}

const COMPILING = 10;
/** Somebody looks at the list of sites; meanwhile statistics get ready. */
const LOOKING_MS = 2000;

const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

/** The whole overview page of the site: in a process that has told nothing yet, and again. */
export async function benchOverview(folder: string, millions: number): Promise<void> {
  const colds: number[] = [];
  const warms: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const started = await serveFolder(folder);
    const request = await signInAsOwner(started);
    // What any first page costs is not the overview's.
    await (await request("/admin/sites")).text();
    await Bun.sleep(LOOKING_MS);
    colds.push(await viewOverview(request));
    // Until the compiler has settled, as a server that runs for months has it.
    for (let again = 0; again < COMPILING; again += 1) await viewOverview(request);
    for (let again = 0; again < 7; again += 1) warms.push(await viewOverview(request));
    await stop(started);
  }
  const after = `${LOOKING_MS / 1000} s on the list of sites`;
  print({ name: "stats.overview.cold", value: median(colds), unit: "ms", millions, after });
  print({ name: "stats.overview.warm", value: median(warms), unit: "ms", millions });
}
