import type { Config } from "../config.ts";
import type { Stats } from "../stats/stats.ts";
import type { Store } from "../store/connection.ts";
import type { Write } from "../store/writer.ts";

/** What a command works with that only reads. */
export interface ReadingParts {
  readonly config: Config;
  readonly databasePath: string;
}

/** What a command works with, whether the server runs it or the command itself. */
export interface CommandParts extends ReadingParts {
  readonly store: Store;
  readonly write: Write;
  readonly stats: Pick<Stats, "stream">;
  readonly now: () => number;
  readonly seal: (text: string) => string;
  /** Tells the running server that sites or definitions changed. */
  readonly changed: () => Promise<void>;
}

export type Pieces = AsyncIterable<string | Uint8Array>;
export type Output = string | Pieces;

/** A command that works on the data, beside a running server or alone. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** It only reads: it runs in a process of its own, beside a server or not. */
  readonly reads?: true;
  /**
   * Reads the words of the command line; runs in the caller's process and directory.
   *
   * @returns What `run` is given, as JSON.
   * @throws {Refusal} `invalid`, with what is wrong.
   */
  parse(words: readonly string[]): unknown;
  /** @returns What to print; or pieces for `deliver`, made as they are taken. */
  run(parts: CommandParts, input: never): Promise<Output> | Output;
  /** Takes what comes in pieces, in the caller's process; always there where `run` gives some. */
  deliver?(pieces: Pieces, input: never): Promise<void>;
}
