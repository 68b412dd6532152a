import { createLog } from "../../src/lib/log.ts";
import { createRemotePool } from "../../src/stats/remote-pool.ts";
import { createStats } from "../../src/stats/stats.ts";

// A process that asks for a figure, says so, and waits to be killed.
const path = process.env.ASKED_PATH!;
const pool = createRemotePool({ path, cacheBytes: 16 * 1024 * 1024 }, createLog("quiet"));
const stats = createStats({ path, now: Date.now, pool });
await stats.figures({
  siteIds: [Number(process.env.ASKED_SITE)],
  zone: "UTC",
  period: { from: 0, until: Date.now() },
  metrics: ["views"],
});
console.log("answered");
setInterval(() => {}, 1000);
