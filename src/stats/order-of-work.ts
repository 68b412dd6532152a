import type { Refusal, RefusalKind } from "../lib/errors.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import type { OperationName } from "./operations.ts";

// What the threads of statistics are told and answer. Everything survives structured clone.

/** Given to a worker once, before anything else. */
export interface Setup {
  readonly path: string;
  readonly shards: readonly number[];
  readonly cacheBytes: number;
}

export type Order =
  | { readonly do: "set up"; readonly setup: Setup }
  /** What can be done before questions come, while none does. */
  | { readonly do: "get ready" }
  | {
      /** Work out what this worker's shards say; alone, it also finishes. */
      readonly do: "part";
      readonly id: number;
      readonly operation: OperationName;
      readonly siteIds: readonly number[];
      readonly question: unknown;
      readonly alone: boolean;
    }
  | {
      /** Add up the parts of all workers. */
      readonly do: "finish";
      readonly id: number;
      readonly operation: OperationName;
      readonly question: unknown;
      readonly parts: readonly unknown[];
    }
  | { readonly do: "cancel"; readonly id: number }
  | RestOrder;

/** To leave the processors to others so many times longer than each turn had one. */
export interface RestOrder {
  readonly do: "rest";
  readonly factor: number;
}

export type Reply =
  | { readonly isReady: true }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

/** A refusal may be told to whoever asked; of a bug only the log hears. */
export interface Failure {
  readonly refusal: RefusalKind | undefined;
  readonly message: string;
}

export function toFailure(error: unknown): Failure {
  if (error instanceof DamagedSegment) {
    const message = `${error.message}. Other periods can be shown; restore it from a backup`;
    return { refusal: "unavailable", message };
  }
  const { kind } = error as Partial<Refusal>;
  if (kind) return { refusal: kind, message: (error as Refusal).message };
  return { refusal: undefined, message: error instanceof Error ? `${error.stack}` : String(error) };
}

/** Buffers in a result, to be handed over rather than copied. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (Array.isArray(value)) {
    // A list is of one kind: of a hundred thousand texts the first tells.
    if (typeof value[0] === "object") for (const item of value) buffersOf(item, found);
  } else if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) buffersOf(item, found);
  }
  return found;
}
