import { resolve } from "node:path";
import type { Config } from "../config.ts";
import { Refusal } from "../lib/errors.ts";
import { restore } from "../store/archive.ts";
import { readPassphrase } from "./backup.ts";
import { readWords } from "./words.ts";

/** `footfall restore FILE`: into an empty data directory, with no server running. */
export function restoreBackup(config: Config, words: readonly string[]): string {
  const { plain, options } = readWords(words, ["passphrase-file"]);
  const [file, ...more] = plain;
  if (!file || more.length > 0) throw new Refusal("invalid", "Name the backup file to restore");
  const passphrase = readPassphrase(options["passphrase-file"]);
  return restore(resolve(file), config.dataDirectory, passphrase);
}
