import { createClock, openTestStore } from "./store.ts";
import { startSealingLab } from "./sealing.ts";

// A process that ends itself without warning at a named point of its work.
// Words: the data directory, the moment it is, what to do, the point.
const [directory, at, work, point] = process.argv.slice(2) as [string, string, string, string];
const store = openTestStore(directory, createClock(Number(at)));
const lab = await startSealingLab({
  store,
  at: (reached) => {
    if (reached === point) process.kill(process.pid, "SIGKILL");
  },
});
if (work === "seal") await lab.sealer.sealNow(1);
if (work === "merge") await lab.sealer.mergeNow(1);
if (work === "merge and tidy") {
  await lab.sealer.mergeNow(1);
  lab.now.move(120_000);
  await lab.sealer.turn();
}
if (work === "erase") await lab.sealer.eraseVisitors(1, [2]);
await lab.sealer.stop();
await store.close();
