import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Refusal } from "../lib/errors.ts";
import { backUp } from "../store/archive.ts";
import { readSecret } from "../store/secret.ts";
import { checkDatabase } from "../store/backup.ts";
import type { Command, ReadingParts } from "./command.ts";
import { readWords } from "./words.ts";

/** Reads a passphrase from the first line of a file: on the command line, others could see it. */
export function readPassphrase(file: string | true | undefined): string | undefined {
  if (file === undefined || file === true) return undefined;
  const [line = ""] = readFileSync(resolve(file), "utf8").split(/\r?\n/, 1);
  if (line.length >= 8) return line;
  throw new Refusal("invalid", "The passphrase must have at least 8 characters");
}

/** `footfall backup FILE`: works beside a running server. */
export const backup: Command = {
  name: "backup",
  usage: "backup FILE (--passphrase-file FILE | --without-key)",
  summary: "Copy everything into one new file, with the installation's key under a passphrase",

  parse(words) {
    const { plain, options } = readWords(words, ["passphrase-file"], ["without-key"]);
    const [file, ...more] = plain;
    if (!file || more.length > 0) throw new Refusal("invalid", "Name one file to write");
    const passphrase = readPassphrase(options["passphrase-file"]);
    if (passphrase === undefined && !options["without-key"]) {
      throw new Refusal(
        "invalid",
        "Give --passphrase-file FILE to take the installation's key along, or --without-key",
      );
    }
    return { file: resolve(file), passphrase };
  },

  reads: true,

  run({ config, databasePath }: ReadingParts, input: never) {
    const { file, passphrase } = input as { file: string; passphrase: string | undefined };
    const secret = readSecret(config.dataDirectory, config.secret);
    backUp(databasePath, file, secret, passphrase);
    return `Written to ${file}`;
  },
};

/** `footfall check`: looks for damage. */
export const check: Command = {
  name: "check",
  usage: "check",
  summary: "Look for damage in the database",

  parse(words) {
    readWords(words, []);
    return {};
  },

  reads: true,

  run({ databasePath }: ReadingParts) {
    const problems = checkDatabase(databasePath);
    if (problems.length === 0) return "No problems found";
    throw new Refusal("invalid", `${problems.length} problems found:\n${problems.join("\n")}`);
  },
};
