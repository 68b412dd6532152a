import { createSealer } from "../../../src/stats/sealer.ts";
import { createLog } from "../../../src/lib/log.ts";
import { openStore } from "../../../src/store/open.ts";
import { readTerms, SITE_ID, storeDay } from "./store-traffic.ts";
import { makeTraffic, DAYS } from "./traffic.ts";

// Adds a day of traffic that is over and not sealed, for what happens while it is; or seals it.

const [folder, events, then] = process.argv.slice(2) as [string, string, string | undefined];
const store = openStore(folder);
const highest = (sql: string) =>
  (store.reader.prepare(sql).get() as { highest: number | null }).highest ?? 0;
const lastSession = Math.max(
  highest("select max(id) as highest from sessions"),
  highest("select max(next_session) as highest from seals"),
);
const lastEvent = Math.max(
  highest("select max(id) as highest from events"),
  highest("select max(next_event) as highest from seals"),
);
const [day] = makeTraffic(Number(events) * DAYS, 1);
const sessions = day!.map((session) => ({
  ...session,
  id: session.id + lastSession,
  isNew: false,
}));
await store.write((_, connection) =>
  storeDay(connection, readTerms(connection), sessions, lastEvent),
);
if (then === "seal") {
  const sealer = createSealer({
    write: store.write,
    path: store.path,
    now: Date.now,
    log: createLog("quiet"),
    onSealing: () => {},
  });
  await sealer.sealNow(SITE_ID);
  await sealer.stop();
}
await store.close();
process.exit(0);
