import { LimitRefusal, Refusal } from "../lib/errors.ts";
import type { ExportFormat } from "./export-format.ts";
import type { StreamQuestion } from "./stream.ts";
import type { StreamReply, StreamSetup } from "./stream-worker.ts";

/** What an export asks for, and how its lines are to look. */
export interface ExportQuestion extends StreamQuestion {
  readonly siteId: number;
  readonly domain: string;
  readonly format: ExportFormat;
}

/** Everything that happened, as lines of text, at the pace of whoever takes it. */
export interface Streams {
  /**
   * @param signal Ends it when nobody takes it any more.
   * @throws {Refusal} `limited`, if too many exports run; `unavailable`, if data is damaged.
   */
  stream(question: ExportQuestion, signal?: AbortSignal): AsyncGenerator<Uint8Array, void>;
  /** How many run: what they read must stay as long. */
  running(): number;
  stop(): void;
}

/** Each has a thread and the columns of one block. */
const MOST_STREAMS = 3;
const RETRY_MS = 60_000;

/** Runs each export in a thread of its own, so that it neither waits for reports nor delays them. */
export function createStreams(path: string): Streams {
  const workers = new Set<Worker>();

  const ask = (worker: Worker, signal: AbortSignal | undefined): Promise<StreamReply> =>
    new Promise((resolve, reject) => {
      const gone = () =>
        reject(new Refusal("unavailable", "Nobody waits for this export any more"));
      signal?.addEventListener("abort", gone, { once: true });
      worker.onmessage = ({ data }: MessageEvent<StreamReply>) => {
        signal?.removeEventListener("abort", gone);
        resolve(data);
      };
      worker.onerror = ({ message }) => reject(new Error(`The export broke: ${message}`));
      if (signal?.aborted) gone();
      worker.postMessage("next");
    });

  return {
    async *stream(question, signal) {
      if (workers.size >= MOST_STREAMS) {
        const message = `${MOST_STREAMS} exports are running: wait until one has ended`;
        throw new LimitRefusal(message, RETRY_MS);
      }
      const worker = new Worker(new URL("./stream-worker.ts", import.meta.url).href);
      workers.add(worker);
      const end = () => {
        workers.delete(worker);
        worker.terminate();
      };
      // Also of an export that nobody has begun to read, or ever will.
      signal?.addEventListener("abort", end, { once: true });
      worker.postMessage({ path, question } satisfies StreamSetup);
      try {
        for (;;) {
          const reply = await ask(worker, signal);
          if ("done" in reply) return;
          if ("failure" in reply) {
            const { refusal, message } = reply.failure;
            throw refusal ? new Refusal(refusal, message) : new Error(message);
          }
          yield reply.lines;
        }
      } finally {
        signal?.removeEventListener("abort", end);
        end();
      }
    },
    running: () => workers.size,
    stop() {
      for (const worker of workers) worker.terminate();
      workers.clear();
    },
  };
}
