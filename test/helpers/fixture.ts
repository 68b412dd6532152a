import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPool } from "../../src/stats/pool.ts";
import { createStats, type Stats } from "../../src/stats/stats.ts";
import { openStore, type OpenStore } from "../../src/store/open.ts";
import { testFolder } from "./store.ts";

/** A data directory of an earlier release, opened by this one. */
export interface Fixture {
  readonly opened: OpenStore;
  readonly stats: Stats;
  close(): Promise<void>;
}

/** @param name Of a file in `fixtures`. */
export function openFixture(name: string): Fixture {
  const folder = testFolder();
  const packed = readFileSync(join(import.meta.dir, "..", "fixtures", name));
  writeFileSync(join(folder, "footfall.db"), Bun.zstdDecompressSync(packed));
  const opened = openStore(folder);
  const { path } = opened;
  const pool = createPool({ path, cacheBytes: 16 * 1024 * 1024 });
  const stats = createStats({ path, now: Date.now, pool });
  return {
    opened,
    stats,
    async close() {
      await stats.stop();
      await opened.close();
    },
  };
}
