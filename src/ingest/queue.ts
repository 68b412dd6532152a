import { Refusal } from "../lib/errors.ts";
import type { Write } from "../store/writer.ts";
import type { Connection } from "../store/connection.ts";
import type { Hit, Outcome } from "./hit.ts";
import type { Recorded, Recorder } from "./record.ts";

/** Gathers hits into batches and answers each after its commit. */
export interface IngestQueue {
  /**
   * @returns The outcome, once it is on disk.
   * @throws {Refusal} `unavailable`, if too many wait or the disk is full.
   */
  add(hit: Hit): Promise<Outcome>;
  /** Resolves when all that waited is answered. */
  idle(): Promise<void>;
}

export interface QueueParts {
  readonly write: Write;
  readonly recorder: Recorder;
  readonly now: () => number;
  /** After the commit, for what only looks on. */
  readonly onRecorded: (recorded: Recorded) => void;
  /** Inside each transaction, for what is written along; undone if that does not happen. */
  readonly along: (connection: Connection) => () => void;
  readonly onFailure: (error: unknown) => void;
}

/** Some 20 ms of writing: what waits behind it waits no longer than that. */
const MOST_IN_BATCH = 1000;
/** A second and a half of the full rate; past it the disk does not keep up. */
const MOST_WAITING = 50_000;

interface Waiting {
  readonly hit: Hit;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: all that came in while the last commit ran is the next batch.
 *
 * There is no timer. When nothing runs, a batch begins once the requests that have already
 * arrived are read, so that a single visitor waits for one commit only, and a thousand share it.
 */
export function createIngestQueue(parts: QueueParts): IngestQueue {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  const run = async () => {
    while (waiting.length > 0) {
      // Lets the loop read the requests that are there before the batch is closed.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = waiting.slice(0, MOST_IN_BATCH);
      waiting = waiting.length > MOST_IN_BATCH ? waiting.slice(MOST_IN_BATCH) : [];
      await writeBatch(parts, batch);
    }
    running = undefined;
  };

  return {
    add(hit) {
      if (waiting.length >= MOST_WAITING) {
        throw new Refusal("unavailable", "Too much is waiting to be stored; try again soon");
      }
      return new Promise((resolve, reject) => {
        waiting.push({ hit, resolve, reject });
        running ??= run();
      });
    },
    async idle() {
      await running;
    },
  };
}

async function writeBatch(parts: QueueParts, batch: readonly Waiting[]): Promise<void> {
  const { write, recorder, now, onRecorded, along, onFailure } = parts;
  let undo = () => {};
  try {
    const recorded = await write((_, connection) => {
      const result = recorder.record(
        connection,
        batch.map(({ hit }) => hit),
        now(),
      );
      undo = along(connection);
      return result;
    }, "ingest");
    for (const [index, { resolve }] of batch.entries()) resolve(recorded.outcomes[index]!);
    onRecorded(recorded);
  } catch (error) {
    recorder.forget();
    undo();
    // The disk is full, or the file is not what it was: no hit's fault.
    if (error instanceof Refusal) {
      onFailure(error);
      for (const { reject } of batch) reject(error);
      return;
    }
    // One hit that trips over a bug must not take its neighbours along: each alone, then.
    if (batch.length > 1) {
      for (const single of batch) await writeBatch(parts, [single]);
      return;
    }
    onFailure(error);
    for (const { reject } of batch) reject(error);
  }
}
