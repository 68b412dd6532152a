import { Refusal } from "../lib/errors.ts";
import type {
  CountsQuery,
  Glance,
  GlanceQuery,
  Occurrence,
  OccurrencesQuery,
  Overview,
  OverviewQuery,
  Row,
} from "./query.ts";
import type { RowQuestion, RowReply } from "./row-worker.ts";

/** Answers questions about what was recorded, without holding up what is being recorded. */
export interface RowReports {
  overview(query: OverviewQuery): Promise<Overview>;
  glance(query: GlanceQuery): Promise<Glance>;
  occurrences(query: OccurrencesQuery): Promise<Occurrence[]>;
  eventCounts(query: CountsQuery): Promise<Row[]>;
  stop(): void;
}

/** Past this a person is told, rather than left to look at an empty page. */
const PATIENCE_MS = 15_000;

interface Asked {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Runs reports in a worker with a read-only connection of its own; it starts with the first
 * question. A worker that breaks is replaced, and who waited is told.
 */
export function createRowReports(path: string): RowReports {
  const asked = new Map<number, Asked>();
  let worker: Worker | undefined;
  let lastId = 0;

  const start = (): Worker => {
    const started = new Worker(new URL("./row-worker.ts", import.meta.url).href);
    started.onmessage = ({ data }: MessageEvent<RowReply>) => {
      const waiting = asked.get(data.id);
      if (!waiting) return;
      asked.delete(data.id);
      clearTimeout(waiting.timer);
      if ("error" in data) waiting.reject(new Error(data.error));
      else waiting.resolve(data.answer as never);
    };
    started.onerror = (event) => {
      worker = undefined;
      for (const { reject, timer } of asked.values()) {
        clearTimeout(timer);
        reject(new Error(`The statistics worker broke: ${event.message}`));
      }
      asked.clear();
    };
    return started;
  };

  const ask = <T>(report: RowQuestion["report"], query: unknown): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      worker ??= start();
      lastId += 1;
      const id = lastId;
      const timer = setTimeout(() => {
        asked.delete(id);
        reject(new Refusal("unavailable", "This took too long: choose a shorter period"));
      }, PATIENCE_MS);
      asked.set(id, { resolve: resolve as (answer: never) => void, reject, timer });
      worker.postMessage({ id, path, report, query } satisfies RowQuestion);
    });

  return {
    overview: (query) => ask("overview", query),
    glance: (query) => ask("glance", query),
    occurrences: (query) => ask("occurrences", query),
    eventCounts: (query) => ask("eventCounts", query),
    stop: () => worker?.terminate(),
  };
}
