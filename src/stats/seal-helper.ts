import { startHelper, watchHelper, type Helper } from "../lib/helper.ts";
import { ENGINE_SETTINGS } from "./engine-settings.ts";
import type { Asked, SealerAnswers, SealerOrder, SealerReply } from "./seal-order.ts";
import type { ShippedColumn } from "./segment-steps.ts";

/** The process that reads and encodes for the sealer. */
export interface SealHelper {
  /**
   * Carries out an order; the process starts with the first one.
   *
   * @param onColumns Called as columns are ready, before the answer.
   */
  ask<Order extends SealerOrder>(
    order: Order,
    onColumns?: (columns: readonly ShippedColumn[]) => void,
  ): Promise<SealerAnswers[Order["do"]]>;
  /** Ends the process, so that its memory is given back; what it was asked is refused. */
  end(): Promise<void>;
}

/** What the process could not do. */
export class SealHelperError extends Error {
  override readonly name = "SealHelperError";

  constructor(
    message: string,
    /** Of the segment that cannot be read, if that is why. */
    readonly segmentId?: number,
    /** It got no processor; the next one takes its share. */
    readonly isStarved = false,
  ) {
    super(message);
  }
}

interface Waiting {
  readonly order: SealerOrder;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly onColumns: (columns: readonly ShippedColumn[]) => void;
}

/** What waits here is wanted some day, not now. */
const WATCH_MS = 10_000;

export function createSealHelper(path: string): SealHelper {
  const waiting = new Map<number, Waiting>();
  let helper: Helper | undefined;
  let standsBack = true;
  let unwatch = () => {};
  let lastId = 0;

  const failAll = (error: Error) => {
    const all = [...waiting.values()];
    waiting.clear();
    for (const { reject } of all) reject(error);
  };

  const receive = (reply: SealerReply) => {
    const asked = waiting.get(reply.id);
    if (!asked) return;
    if ("columns" in reply) {
      asked.onColumns(reply.columns);
      return;
    }
    waiting.delete(reply.id);
    if ("error" in reply) asked.reject(new SealHelperError(reply.error, reply.segmentId));
    else asked.resolve(reply.answer as never);
  };

  const start = (): Helper => {
    const started = startHelper({
      name: "sealing",
      env: ENGINE_SETTINGS,
      onMessage: (message) => receive(message as SealerReply),
      onBroken(reason) {
        void end();
        failAll(new SealHelperError(reason));
      },
    });
    if (standsBack) unwatch = watchHelper(started, WATCH_MS, replace);
    return started;
  };

  const end = async () => {
    unwatch();
    const ending = helper;
    helper = undefined;
    await ending?.end();
  };

  /** Puts one that takes its share in the place of one that gets none. */
  const replace = () => {
    void end();
    standsBack = false;
    helper = start();
    for (const [id, { order, reject }] of waiting) {
      if (!isShipping(order)) {
        send(helper, id, order);
        continue;
      }
      // Some of its columns may have come: whoever asked knows what to do with them.
      waiting.delete(id);
      reject(new SealHelperError("The process for sealing got no processor", undefined, true));
    }
  };

  const send = (to: Helper, id: number, order: SealerOrder) =>
    to.send({ id, path, order, standsBack } satisfies Asked);

  return {
    ask: (order, onColumns = () => {}) =>
      new Promise((resolve, reject) => {
        helper ??= start();
        lastId += 1;
        waiting.set(lastId, {
          order,
          resolve: resolve as (answer: never) => void,
          reject,
          onColumns,
        });
        send(helper, lastId, order);
      }),
    async end() {
      const ended = end();
      standsBack = true;
      failAll(new SealHelperError("The process for sealing was ended"));
      await ended;
    },
  };
}

const isShipping = (order: SealerOrder) => order.do === "seal" || order.do === "rewrite";
