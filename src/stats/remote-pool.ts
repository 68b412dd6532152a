import { availableParallelism } from "node:os";
import { Refusal } from "../lib/errors.ts";
import { startHelper, watchHelper, type Helper } from "../lib/helper.ts";
import type { Log } from "../lib/log.ts";
import { watchOwnLoad } from "../lib/own-load.ts";
import { ENGINE_SETTINGS } from "./engine-settings.ts";
import type { OperationName } from "./operations.ts";
import type { Failure, RestOrder } from "./order-of-work.ts";
import { PATIENCE_MS, type Pool, type PoolOptions } from "./pool.ts";

/** What the process of statistics is told. */
export type PoolOrder =
  | {
      readonly do: "open";
      readonly options: PoolOptions;
      readonly standsBack: boolean;
      /** Before anything is asked: when somebody waits already, it would come too late. */
      readonly getsReady: boolean;
    }
  | {
      readonly do: "ask";
      readonly id: number;
      readonly operation: OperationName;
      readonly siteIds: readonly number[];
      readonly question: unknown;
    }
  | { readonly do: "cancel"; readonly id: number }
  | RestOrder;

export type PoolReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

interface Asked {
  readonly order: PoolOrder & { do: "ask" };
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Most likely by a host that has no memory left, which takes it from whoever has most. */
const BROKEN =
  "Statistics broke off: try again, and with a shorter period if that does not help. " +
  "Where it happens often the host lacks memory";

/** After so long without a question the process and its columns are given back. */
const IDLE_MS = 5 * 60 * 1000;
const WATCH_MS = 1000;

/** With more processors there is one for ingest whatever statistics do. */
const FEW_PROCESSORS = 3;
const LOAD_MS = 250;
/** Pages alone, asked for one after the other, take 0.3 of a processor. */
const BUSY = 0.4;
/** In such a time; fewer are no rush, whatever else this process is busy with. */
const MANY_EVENTS = 100;
const REST_FACTOR = 3;

/**
 * How many times longer than they work the threads are to rest, where processors are few.
 *
 * @param processors What this process had of them, 1 for all of one.
 * @param events How many were stored meanwhile, in a quarter of a second.
 */
export function restFor(processors: number, events: number): number {
  return processors > BUSY && events > MANY_EVENTS ? REST_FACTOR : 0;
}

/** How it is known who else needs the processors; a test says so by hand. */
export interface Watching {
  /** How many events were stored so far: for a rush of them statistics stand back further. */
  readonly stored?: () => number;
  /** Tells when nothing is left over for the process of statistics. */
  readonly watch?: typeof watchHelper;
  /** Tells how busy this process is. */
  readonly watchLoad?: typeof watchOwnLoad;
}

/**
 * A pool in a process of its own, which starts with the first question, or when somebody prepares
 * for it, and ends when none has come for a while.
 *
 * It has what ingest and everything else on the machine leave over. Measured with events that
 * take all of two processors and 10 million others: questions from threads of this process leave
 * ingest 0.64 of its rate, those from such a process 0.68 to 0.75: to have what is left over
 * is not free, since memory is shared and a processor that was elsewhere starts anew. So it rests
 * while this process is busy with a rush of events: 0.73 to 0.89, for an overview that takes two
 * seconds instead of one. Where nothing is left over, its place is taken by one that takes its
 * share, so that whoever asks gets an answer.
 */
export function createRemotePool(
  options: PoolOptions,
  log: Log,
  { stored = () => 0, watch = watchHelper, watchLoad = watchOwnLoad }: Watching = {},
): Pool {
  const { patienceMs = PATIENCE_MS } = options;
  const asked = new Map<number, Asked>();
  let helper: Helper | undefined;
  let standsBack = true;
  let lastId = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let unwatch: (() => void) | undefined;
  let unwatchLoad = () => {};

  const stopWatching = () => {
    unwatch?.();
    unwatch = undefined;
  };

  const end = async () => {
    clearTimeout(idle);
    stopWatching();
    unwatchLoad();
    const ending = helper;
    helper = undefined;
    standsBack = true;
    await ending?.end();
  };

  const endLater = () => {
    clearTimeout(idle);
    idle = setTimeout(() => void end(), IDLE_MS);
    idle.unref();
  };

  const rejectAll = (error: Error) => {
    const questions = [...asked.values()];
    asked.clear();
    for (const { reject } of questions) reject(error);
  };

  const settle = (id: number): Asked | undefined => {
    const question = asked.get(id);
    if (asked.delete(id) && asked.size === 0) {
      stopWatching();
      endLater();
    }
    return question;
  };

  const receive = (reply: PoolReply) => {
    const question = settle(reply.id);
    if (!question) return;
    if (!("failure" in reply)) {
      question.resolve(reply.result);
      return;
    }
    const { refusal, message } = reply.failure;
    question.reject(refusal ? new Refusal(refusal, message) : new Error(message));
  };

  const followLoad = (resting: Helper) => {
    if (availableParallelism() > FEW_PROCESSORS) return;
    let factor = 0;
    let before = stored();
    unwatchLoad = watchLoad(LOAD_MS, (processors) => {
      const events = stored() - before;
      before += events;
      const wanted = restFor(processors, events);
      if (wanted === factor) return;
      factor = wanted;
      resting.send({ do: "rest", factor } satisfies PoolOrder);
    });
  };

  const start = (getsReady: boolean): Helper => {
    const started = startHelper({
      name: "statistics",
      env: ENGINE_SETTINGS,
      onMessage: (message) => receive(message as PoolReply),
      onBroken(reason) {
        void end();
        log.error("statistics broke off", new Error(reason));
        rejectAll(new Refusal("unavailable", BROKEN));
      },
    });
    started.send({ do: "open", options, standsBack, getsReady } satisfies PoolOrder);
    followLoad(started);
    return started;
  };

  /** Puts one that takes its share in the place of one that gets none. */
  const replace = () => {
    void end();
    standsBack = false;
    helper = start(false);
    for (const { order } of asked.values()) helper.send(order);
  };

  const giveUp = () => {
    void end();
    rejectAll(new Refusal("unavailable", "Statistics did not answer: try again"));
  };

  return {
    ask: (operation, siteIds, question, signal) =>
      new Promise((resolve, reject) => {
        clearTimeout(idle);
        lastId += 1;
        const id = lastId;
        const order: Asked["order"] = { do: "ask", id, operation, siteIds, question };
        const gone = () => {
          helper?.send({ do: "cancel", id } satisfies PoolOrder);
          settle(id)?.reject(new Refusal("unavailable", "Nobody waits for this any more"));
        };
        // The process has patience of its own: this is for one that does not even tell the time.
        const timer = setTimeout(giveUp, patienceMs * 2);
        const over = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", gone);
        };
        asked.set(id, {
          order,
          resolve: (answer) => (over(), resolve(answer)),
          reject: (error) => (over(), reject(error)),
        });
        if (signal?.aborted) {
          gone();
          return;
        }
        signal?.addEventListener("abort", gone);
        helper ??= start(false);
        if (standsBack) unwatch ??= watch(helper, WATCH_MS, replace);
        helper.send(order);
      }),
    prepare() {
      if (asked.size > 0) return;
      helper ??= start(true);
      endLater();
    },
    async stop() {
      const ended = end();
      rejectAll(new Refusal("unavailable", "Footfall is stopping"));
      await ended;
    },
  };
}
