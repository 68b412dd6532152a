import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type OpenStore } from "../../src/store/open.ts";

/** A moment to begin at: a Wednesday noon, UTC. */
export const NOON = Date.UTC(2026, 2, 18, 12);

/** A clock that stands still until it is moved. */
export interface Clock {
  (): number;
  move(ms: number): void;
  set(at: number): void;
}

export function createClock(at = NOON): Clock {
  let moment = at;
  return Object.assign(() => moment, {
    move: (ms: number) => {
      moment += ms;
    },
    set: (to: number) => {
      moment = to;
    },
  });
}

export interface TestStore extends OpenStore {
  readonly now: Clock;
  /** Closes the store and opens it again, as after a restart. */
  reopen(): Promise<TestStore>;
  /** Closes the store and removes its folder. */
  remove(): Promise<void>;
}

/** A store on a libSQL file in a folder of its own. */
export function openTestStore(directory = testFolder(), now = createClock()): TestStore {
  const opened = openStore(directory);
  let open = true;
  const close = async () => {
    if (open) await opened.close();
    open = false;
  };
  return {
    ...opened,
    now,
    close,
    async reopen() {
      await close();
      return openTestStore(directory, now);
    },
    async remove() {
      await close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** An empty folder that the caller removes. */
export function testFolder(): string {
  return mkdtempSync(join(tmpdir(), "footfall-test-"));
}
