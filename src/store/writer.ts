import { Refusal } from "../lib/errors.ts";
import type { Connection, Store } from "./connection.ts";
import { asRefusal } from "./fault.ts";

/** Who goes first when several wait for the one writer. */
export type Priority = "ingest" | "settle" | "admin" | "import" | "upkeep";

const ORDER: readonly Priority[] = ["ingest", "settle", "admin", "import", "upkeep"];

/** What a change gets: the store inside its transaction, and the connection for hot paths. */
export type Change<T> = (tx: Store, connection: Connection) => T | Promise<T>;

/** Calls back later, as `setTimeout` does. */
export type Rest = (go: () => void, ms: number) => unknown;

export type Write = <T>(change: Change<T>, priority?: Priority) => Promise<T>;

interface Waiting {
  readonly run: () => Promise<void>;
}

/**
 * Upkeep leaves the writer alone so many times longer than it had it, where others write as well.
 *
 * Slices of it that took every other turn halved the rate of ingest: each costs a flush, as a
 * batch of a hundred events does.
 */
const REST_FACTOR = 7;
const LONGEST_REST_MS = 200;

export interface Writer {
  readonly write: Write;
  /** Runs after each commit, outside of any transaction; must be quick and must not throw. */
  onCommit(listener: () => void): void;
  /** How many changes wait. */
  waiting(): number;
  /** Refuses every change from now on: the file is not what it was. */
  refuse(reason: string): void;
  /** Refuses what comes from now on and resolves when all that waited is done. */
  stop(): Promise<void>;
}

/**
 * Makes the one writer: every change runs alone, in `begin immediate … commit`.
 *
 * libSQL is synchronous under its promises, so a second writing connection in this thread
 * would not wait but block it until the busy timeout: changes queue here instead, by
 * priority. Inside a change nothing may be awaited but the store itself; a timer or a
 * request there would hold up every other writer. Waiting for the disk is the store itself:
 * while a commit is flushed, this thread reads the requests of the next batch.
 *
 * @param rest How upkeep rests; a test does by hand what a timer does.
 */
export function createWriter(connection: Connection, rest: Rest = setTimeout): Writer {
  const queues = new Map<Priority, Waiting[]>(ORDER.map((priority) => [priority, []]));
  const listeners: (() => void)[] = [];
  let draining: Promise<void> | undefined;
  // Not told by `draining`: a change that is synchronous runs before that is set, and may itself
  // ask for another change.
  let busy = false;
  let stopped = false;
  let refused: string | undefined;
  let resting = false;
  /** Since upkeep had its last turn. */
  let othersWrote = false;

  const next = (): [Priority, Waiting] | undefined => {
    for (const priority of ORDER) {
      if (priority === "upkeep" && resting && !stopped) continue;
      const waiting = queues.get(priority)?.shift();
      if (waiting) return [priority, waiting];
    }
    return undefined;
  };

  const drain = async () => {
    busy = true;
    for (let turn = next(); turn; turn = next()) {
      const [priority, waiting] = turn;
      const begunAt = performance.now();
      await waiting.run();
      if (priority === "upkeep") restAfter(performance.now() - begunAt);
      else othersWrote = true;
    }
    busy = false;
  };

  const restAfter = (tookMs: number) => {
    if (!othersWrote && isOnlyUpkeep()) return;
    othersWrote = false;
    resting = true;
    rest(
      () => {
        resting = false;
        if (!busy) draining = drain();
      },
      Math.min(tookMs * REST_FACTOR, LONGEST_REST_MS),
    );
  };

  const isOnlyUpkeep = () =>
    ORDER.every((priority) => priority === "upkeep" || queues.get(priority)!.length === 0);

  const write: Write = (change, priority = "admin") =>
    new Promise((resolve, reject) => {
      if (stopped) {
        reject(new Error("The store is closed"));
        return;
      }
      if (refused !== undefined) {
        reject(new Refusal("unavailable", refused));
        return;
      }
      const run = async () => {
        try {
          resolve(await transact(connection, change));
        } catch (error) {
          reject(asRefusal(error, "Nothing was stored"));
          return;
        }
        for (const listener of listeners) listener();
      };
      queues.get(priority)?.push({ run });
      if (!busy) draining = drain();
    });

  return {
    write,
    onCommit: (listener) => void listeners.push(listener),
    waiting: () => [...queues.values()].reduce((sum, queue) => sum + queue.length, 0),
    refuse(reason) {
      refused = reason;
    },
    async stop() {
      stopped = true;
      // What rests is done now.
      if (!busy) draining = drain();
      await draining;
    },
  };
}

async function transact<T>(connection: Connection, change: Change<T>): Promise<T> {
  connection.prepare("begin immediate").run();
  try {
    // Not awaited when there is nothing to wait for: a batch of ingest is synchronous, and
    // each turn of the loop inside a transaction delays everybody's commit.
    const result = change(connection.store, connection);
    const value = result instanceof Promise ? await result : result;
    await connection.commit();
    return value;
  } catch (error) {
    if (connection.database.inTransaction) connection.database.exec("rollback");
    throw error;
  }
}
