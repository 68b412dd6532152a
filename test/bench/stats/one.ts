import { join } from "node:path";
import { createPool } from "../../../src/stats/pool.ts";
import { createStats } from "../../../src/stats/stats.ts";
import { rssMegabytes } from "../figure.ts";
import { openDuck } from "./duck.ts";
import { QUESTIONS } from "./questions.ts";
import { UNTIL_AT } from "./traffic.ts";

// One engine, one process: asks the questions named, the first one cold, and prints what it saw.

/** What this program prints, a line of JSON for each question. */
export interface Seen {
  readonly name: string;
  /**
   * When the question is the first of the process, but the engine has loaded its code, answered a
   * question about nothing, and got ready as far as it does that by itself: Footfall does when
   * somebody looks at the list of sites, and compiles what it needs over its newest events.
   */
  readonly firstMs: number;
  /** Median of those that follow. */
  readonly warmMs: number;
  readonly rows: unknown[][];
  readonly peakMegabytes: number;
}

const NO_SITE = 99;

const [engine, folder, names, repeats] = process.argv.slice(2) as [string, string, string, string];
const wanted = QUESTIONS.filter(({ name }) => names === "all" || names.split(",").includes(name));

const { ask, close } = await open();
let begun = performance.now();
for (const question of wanted) {
  const rows = await ask(question);
  const firstMs = performance.now() - begun;
  const times: number[] = [];
  for (let run = 0; run < Number(repeats); run += 1) {
    const again = performance.now();
    await ask(question);
    times.push(performance.now() - again);
  }
  times.sort((a, b) => a - b);
  const warmMs = times[Math.floor(times.length / 2)] ?? 0;
  const peakMegabytes = rssMegabytes(process.pid);
  const seen: Seen = { name: question.name, firstMs, warmMs, rows, peakMegabytes };
  console.log(
    JSON.stringify(seen, (_, value) => (typeof value === "bigint" ? Number(value) : value)),
  );
  begun = performance.now();
}
close();
process.exit(0);

async function open() {
  if (engine === "duck") {
    const duck = await openDuck(join(folder, "duck.db"));
    await duck.rows("select 1");
    return { ask: ({ sql }: (typeof QUESTIONS)[number]) => duck.rows(sql), close: duck.close };
  }
  const path = join(folder, "footfall.db");
  // In this process, as the other engine works: of Footfall it is a process of its own.
  const pool = createPool({ path, cacheBytes: 110 * 1024 * 1024, patienceMs: 120_000 });
  const stats = createStats({ path, now: () => UNTIL_AT, pool });
  await pool.prepare();
  const period = { from: 0, until: 1 };
  await stats.figures({ siteIds: [NO_SITE], zone: "UTC", period, metrics: ["visitors"] });
  return {
    ask: (question: (typeof QUESTIONS)[number]) => question.ask(stats),
    close: () => stats.stop(),
  };
}
