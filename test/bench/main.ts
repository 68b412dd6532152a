import { benchIngest } from "./ingest.ts";
import { benchStats } from "./stats.ts";

// `npm run bench [-- NAME …]`: a line of JSON for each figure, measured beside its reference.

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  ingest: benchIngest,
  stats: benchStats,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in BENCHES));
if (unknown !== undefined) {
  console.error(`There is no bench ${unknown}; there are ${Object.keys(BENCHES).join(", ")}`);
  process.exit(1);
}
for (const name of wanted.length > 0 ? wanted : Object.keys(BENCHES)) await BENCHES[name]!();
process.exit(0);
