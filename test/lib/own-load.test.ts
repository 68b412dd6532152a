import { expect, test } from "bun:test";
import { watchOwnLoad } from "../../src/lib/own-load.ts";

test("watchOwnLoad() tells of what this process did since it told last, until it is ended", async () => {
  const told: number[] = [];
  const wait = Promise.withResolvers<void>();
  const stop = watchOwnLoad(20, (processors) => {
    told.push(processors);
    if (told.length === 2) wait.resolve();
  });

  const before = process.cpuUsage();
  let spentMs = 0;
  const begunAt = performance.now();
  while (spentMs < 50) {
    const { user, system } = process.cpuUsage(before);
    spentMs = (user + system) / 1000;
  }
  const share = spentMs / (performance.now() - begunAt);
  await wait.promise;
  stop();
  const heard = told.length;
  await Bun.sleep(60);

  expect(told[0]).toBeGreaterThan(share / 2);
  expect(told[1]).toBeGreaterThanOrEqual(0);
  expect(told).toHaveLength(heard);
});
