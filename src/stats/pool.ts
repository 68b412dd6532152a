import { availableParallelism } from "node:os";
import { Refusal } from "../lib/errors.ts";
import { SHARDS } from "./block.ts";
import type { OperationName } from "./operations.ts";
import { buffersOf, type Failure, type Order, type Reply } from "./order-of-work.ts";

/** Threads that answer questions together, each for its share of the visitors. */
export interface Pool {
  /**
   * @param signal Ends the work when whoever asked is gone.
   * @throws {Refusal} `unavailable`, if it takes too long, or part of the data is damaged.
   */
  ask(
    operation: OperationName,
    siteIds: readonly number[],
    question: unknown,
    signal?: AbortSignal,
  ): Promise<unknown>;
  /** Starts what is not running, and has it get ready, since a question may come soon. */
  prepare(): void;
  stop(): Promise<void>;
}

export interface PoolOptions {
  readonly path: string;
  /** Of decoded columns, for all workers together. */
  readonly cacheBytes: number;
  /** Past this a person is told, rather than left to look at an empty page. */
  readonly patienceMs?: number;
  readonly workers?: number;
}

export const PATIENCE_MS = 15_000;

interface Asked {
  readonly operation: OperationName;
  readonly question: unknown;
  readonly parts: unknown[];
  waitingFor: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Two on two processors: ingest comes before them anyway, see `lowerPriority()`. */
function countWorkers(): number {
  const processors = availableParallelism();
  if (processors === 1) return 1;
  return processors >= 6 ? SHARDS : 2;
}

/** A pool in this process. */
export interface LocalPool extends Pool {
  /** @returns When it is ready, or was told to before. */
  prepare(): Promise<void>;
  /** Has its threads rest so many times longer than they work; 0 to begin with. */
  rest(factor: number): void;
}

/** Starts its threads with the first question, unless it was told to get ready for it. */
export function createPool(options: PoolOptions): LocalPool {
  const { path, cacheBytes, patienceMs = PATIENCE_MS, workers: size = countWorkers() } = options;
  const asked = new Map<number, Asked>();
  let workers: Worker[] = [];
  let lastId = 0;
  let gettingReady = 0;
  let restFactor = 0;
  let ready = Promise.withResolvers<void>();

  const end = () => {
    for (const worker of workers) worker.terminate();
    workers = [];
    gettingReady = 0;
    ready.resolve();
  };

  const tell = (order: Order) => {
    for (const worker of workers) worker.postMessage(order);
  };

  const settle = (id: number): Asked | undefined => {
    const question = asked.get(id);
    asked.delete(id);
    return question;
  };

  const fail = (id: number, failure: Failure) => {
    tell({ do: "cancel", id });
    const { refusal, message } = failure;
    settle(id)?.reject(refusal ? new Refusal(refusal, message) : new Error(message));
  };

  const receive = (reply: Reply) => {
    if ("isReady" in reply) {
      gettingReady -= 1;
      if (gettingReady === 0) ready.resolve();
      return;
    }
    const { id } = reply;
    const question = asked.get(id);
    if (!question) return;
    if ("failure" in reply) {
      fail(id, reply.failure);
      return;
    }
    if (question.waitingFor === 0) {
      settle(id)?.resolve(reply.result);
      return;
    }
    question.parts.push(...(reply.result as unknown[]));
    question.waitingFor -= 1;
    if (question.waitingFor > 0) return;
    const { operation, parts } = question;
    // Added up in a worker as well: a list of half a million pages would hold up ingest here.
    workers[id % workers.length]!.postMessage(
      { do: "finish", id, operation, question: question.question, parts } satisfies Order,
      [...buffersOf(parts)],
    );
  };

  const start = (): Worker[] =>
    Array.from({ length: size }, (_, index) => {
      const worker = new Worker(new URL("./worker.ts", import.meta.url).href);
      worker.onmessage = ({ data }: MessageEvent<Reply>) => receive(data);
      worker.onerror = ({ message }) => {
        end();
        const failure = { refusal: undefined, message: `A statistics thread broke: ${message}` };
        for (const id of asked.keys()) fail(id, failure);
      };
      const shards = Array.from({ length: SHARDS }, (__, shard) => shard);
      worker.postMessage({
        do: "set up",
        setup: {
          path,
          shards: shards.filter((shard) => shard % size === index),
          cacheBytes: Math.floor(cacheBytes / size),
        },
      } satisfies Order);
      worker.postMessage({ do: "rest", factor: restFactor } satisfies Order);
      return worker;
    });

  return {
    ask: (operation, siteIds, question, signal) =>
      new Promise((resolve, reject) => {
        if (workers.length === 0) workers = start();
        lastId += 1;
        const id = lastId;
        const giveUp = (message: string) => fail(id, { refusal: "unavailable", message });
        const gone = () => giveUp("Nobody waits for this any more");
        const timer = setTimeout(
          () => giveUp("This took too long: choose a shorter period or fewer filters"),
          patienceMs,
        );
        const over = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", gone);
        };
        asked.set(id, {
          operation,
          question,
          parts: [],
          waitingFor: size === 1 ? 0 : size,
          resolve: (answer) => (over(), resolve(answer)),
          reject: (error) => (over(), reject(error)),
        });
        if (signal?.aborted) {
          gone();
          return;
        }
        signal?.addEventListener("abort", gone);
        tell({ do: "part", id, operation, siteIds, question, alone: size === 1 });
      }),
    prepare() {
      if (workers.length === 0) {
        workers = start();
        gettingReady = size;
        ready = Promise.withResolvers();
        tell({ do: "get ready" });
      }
      return gettingReady === 0 ? Promise.resolve() : ready.promise;
    },
    rest(factor) {
      restFactor = factor;
      tell({ do: "rest", factor });
    },
    async stop() {
      end();
      const failure: Failure = { refusal: "unavailable", message: "Footfall is stopping" };
      for (const id of asked.keys()) fail(id, failure);
    },
  };
}
