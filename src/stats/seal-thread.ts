import type { Asked, SealerAnswers, SealerOrder, SealerReply } from "./seal-order.ts";
import type { ShippedColumn } from "./segment-steps.ts";

/** The thread that reads and encodes for the sealer. */
export interface SealThread {
  /**
   * Carries out an order; the thread starts with the first one.
   *
   * @param onColumns Called as columns are ready, before the answer.
   */
  ask<Order extends SealerOrder>(
    order: Order,
    onColumns?: (columns: readonly ShippedColumn[]) => void,
  ): Promise<SealerAnswers[Order["do"]]>;
  /** Ends the thread, so that its memory is given back; what it was asked is refused. */
  end(): void;
}

/** What the thread could not do. */
export class SealThreadError extends Error {
  override readonly name = "SealThreadError";

  constructor(
    message: string,
    /** Of the segment that cannot be read, if that is why. */
    readonly segmentId?: number,
  ) {
    super(message);
  }
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly onColumns: (columns: readonly ShippedColumn[]) => void;
}

export function createSealThread(path: string): SealThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;

  const failAll = (error: Error) => {
    const all = [...waiting.values()];
    waiting.clear();
    for (const { reject } of all) reject(error);
  };

  const start = (): Worker => {
    const started = new Worker(new URL("./seal-worker.ts", import.meta.url).href);
    started.onmessage = ({ data }: MessageEvent<SealerReply>) => {
      const asked = waiting.get(data.id);
      if (!asked) return;
      if ("columns" in data) {
        asked.onColumns(data.columns);
        return;
      }
      waiting.delete(data.id);
      if ("error" in data) asked.reject(new SealThreadError(data.error, data.segmentId));
      else asked.resolve(data.answer as never);
    };
    started.onerror = (event) => {
      worker = undefined;
      failAll(new SealThreadError(`The sealing thread broke: ${event.message}`));
    };
    return started;
  };

  return {
    ask: (order, onColumns = () => {}) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        lastId += 1;
        waiting.set(lastId, {
          resolve: resolve as (answer: never) => void,
          reject,
          onColumns,
        });
        worker.postMessage({ id: lastId, path, order } satisfies Asked);
      }),
    end() {
      worker?.terminate();
      worker = undefined;
      failAll(new SealThreadError("The sealing thread was ended"));
    },
  };
}
