import { expect, test } from "bun:test";
import { join } from "node:path";
import { checkSegments } from "../../src/stats/check-segments.ts";
import { checkDatabase } from "../../src/store/backup.ts";
import { startSealingLab, tellSessions, type SealingLab } from "../helpers/sealing.ts";
import { createClock, openTestStore } from "../helpers/store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CHILD = join(import.meta.dir, "..", "helpers", "sealing-child.ts");

/** Ends a process of its own at the point, and looks what the next one finds. */
async function killedAt(lab: SealingLab, work: string, point: string) {
  const { directory } = lab.store;
  const at = lab.now();
  await lab.sealer.stop();
  await lab.store.close();
  const child = Bun.spawnSync([process.execPath, CHILD, directory, String(at), work, point]);
  const store = openTestStore(directory, createClock(at));
  return { signal: child.signalCode, lab: await startSealingLab({ store }) };
}

/** Visitors 0 to 5, two segments and rows; a late event for one that is sealed. */
async function fill(): Promise<SealingLab> {
  const lab = await startSealingLab();
  for (let round = 0; round < 2; round += 1) {
    for (let visitor = 0; visitor < 6; visitor += 1) {
      await lab.record([
        { visitor, path: `/${round}`, props: { round } },
        { visitor, name: "click" },
      ]);
    }
    lab.now.move(2 * HOUR);
    await lab.sealer.sealNow(1);
  }
  await lab.record([{ visitor: 1, age: 2 * HOUR - MINUTE, path: "/late", id: LATE }]);
  await lab.record([{ visitor: 3 }, { visitor: 4, path: "/new" }]);
  lab.now.move(40 * MINUTE);
  await lab.record([{ visitor: 5 }]);
  return lab;
}

const LATE = "late0000000000000000000";

const told = (lab: SealingLab) => JSON.stringify(tellSessions(lab.store.reader, 1));

const expectSound = (lab: SealingLab) =>
  expect([...checkDatabase(lab.store.path), ...checkSegments(lab.store.path)]).toEqual([]);

test.each([
  ["seal", "seal: noted"],
  ["seal", "seal: columns"],
  ["seal", "seal: written"],
  ["seal", "seal: unfinished noted"],
  ["seal", "seal: switched"],
  ["merge", "merge: columns"],
  ["merge", "merge: written"],
  ["merge", "merge: switched"],
  ["merge and tidy", "merge: removing"],
])("killed during '%s' at '%s' nothing is lost or doubled", async (work, point) => {
  const before = await fill();
  const expected = told(before);

  const { signal, lab } = await killedAt(before, work, point);

  expect(signal).toBe("SIGKILL");
  expect(told(lab)).toBe(expected);
  expectSound(lab);
  // The next process clears up, and a browser that tries again is not counted again.
  lab.sealer.start();
  await lab.record([{ visitor: 1, age: 2 * HOUR + 39 * MINUTE, path: "/late", id: LATE }]);
  await lab.sealer.sealNow(1);
  await lab.sealer.mergeNow(1);
  expect(told(lab)).toBe(expected);
  expectSound(lab);
  await lab.remove();
});

test.each(["erase: rows", "erase: columns", "erase: written", "erase: switched"])(
  "killed during an erasure at '%s' the others stay, and a second one ends it",
  async (point) => {
    const before = await fill();
    const others = tellSessions(before.store.reader, 1).filter((each) => each.visitorId !== 2);

    const { signal, lab } = await killedAt(before, "erase", point);

    expect(signal).toBe("SIGKILL");
    const kept = tellSessions(lab.store.reader, 1).filter((each) => each.visitorId !== 2);
    expect(JSON.stringify(kept)).toBe(JSON.stringify(others));
    expectSound(lab);
    await lab.sealer.eraseVisitors(1, [2]);
    expect(told(lab)).toBe(JSON.stringify(others));
    expectSound(lab);
    await lab.remove();
  },
);
