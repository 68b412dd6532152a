import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createSealer } from "../../../src/stats/sealer.ts";
import { createLog } from "../../../src/lib/log.ts";
import { noteKey, openKey } from "../../../src/store/key.ts";
import { openStore } from "../../../src/store/open.ts";
import { rssMegabytes } from "../figure.ts";
import { createDuckFiles, loadDuck, openDuck } from "./duck.ts";
import { prepareSite, SITE_ID, storeDay } from "./store-traffic.ts";
import { DAY_MS, FIRST_AT, makeTraffic } from "./traffic.ts";

// Makes a data directory with sealed traffic, day by day as it would have come, in a process of
// its own; and, if asked, the same rows for DuckDB. Prints one line of JSON.

const [folder, events, visitors, withDuck] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];

/** What this program prints. */
export interface Prepared {
  readonly events: number;
  readonly sessions: number;
  readonly storeSeconds: number;
  readonly sealSeconds: number;
  readonly peakMegabytes: number;
  readonly fileBytes: number;
  /** Of them, what segments and what visitors take; the rest are indexes and free pages. */
  readonly segmentBytes: number;
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const store = openStore(folder);
let now = FIRST_AT;
const sealer = createSealer({
  write: store.write,
  path: store.path,
  now: () => now,
  log: createLog("quiet"),
  // Nothing is recorded meanwhile.
  onSealing: () => {},
});
const duckFiles = withDuck === "duck" ? createDuckFiles(folder) : undefined;
const secret = openKey(store.reader, folder, undefined);
const terms = await store.write((_, connection) => {
  noteKey(connection, secret);
  return prepareSite(connection);
});

let lastEvent = 0;
let counted = 0;
let sessions = 0;
let storeMs = 0;
let sealMs = 0;
for (const day of makeTraffic(Number(events), Number(visitors))) {
  const begun = performance.now();
  lastEvent = await store.write((_, connection) => storeDay(connection, terms, day, lastEvent));
  sessions += day.length;
  for (const session of day) counted += session.events.length;
  const stored = performance.now();
  storeMs += stored - begun;
  now += DAY_MS;
  // Sealed when the day's sessions are over.
  now += 3_600_000;
  await sealer.sealNow(SITE_ID);
  await sealer.mergeNow(SITE_ID);
  await sealer.turn();
  now -= 3_600_000;
  sealMs += performance.now() - stored;
  await duckFiles?.add(day);
}
// What is kept for late events, and segments that were merged, go after some days.
now += 8 * DAY_MS;
await sealer.turn();
const segmentBytes = (
  store.reader
    .prepare("select coalesce(sum(size_bytes), 0) as bytes from segments where state = 'live'")
    .get() as { bytes: number }
).bytes;
await sealer.stop();
await store.close();

if (duckFiles) {
  await duckFiles.end();
  const duck = await openDuck(join(folder, "duck.db"));
  await loadDuck(duck, duckFiles.paths);
  duck.close();
  for (const path of Object.values(duckFiles.paths)) rmSync(path);
}
const prepared: Prepared = {
  events: counted,
  sessions,
  storeSeconds: storeMs / 1000,
  sealSeconds: sealMs / 1000,
  peakMegabytes: rssMegabytes(process.pid),
  fileBytes: statSync(join(folder, "footfall.db")).size,
  segmentBytes,
};
console.log(JSON.stringify(prepared));
process.exit(0);
