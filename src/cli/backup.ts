import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Refusal } from "../lib/errors.ts";
import { backUp } from "../store/archive.ts";
import type { Config } from "../config.ts";
import { connect } from "../store/connection.ts";
import { asRefusal } from "../store/fault.ts";
import { openKey } from "../store/key.ts";
import { checkSegments } from "../stats/check-segments.ts";
import { checkDatabase } from "../store/backup.ts";
import type { Command, ReadingParts } from "./command.ts";
import { readWords } from "./words.ts";

/** Reads a passphrase from the first line of a file: on the command line, others could see it. */
export function readPassphrase(file: string | true | undefined): string | undefined {
  if (file === undefined || file === true) return undefined;
  const [line = ""] = readText(resolve(file)).split(/\r?\n/, 1);
  if (line.length >= 8) return line;
  throw new Refusal("invalid", "The passphrase must have at least 8 characters");
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw asRefusal(error, `The passphrase file ${path} cannot be read`);
  }
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
    if (passphrase !== undefined && options["without-key"]) {
      throw new Refusal("invalid", "Give --passphrase-file or --without-key, not both");
    }
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
    backUp(databasePath, file, keyFor(config, databasePath, passphrase), passphrase);
    return `Written to ${file}`;
  },
};

/** Only what is taken along must be there, and be the right one. */
function keyFor(config: Config, databasePath: string, passphrase: string | undefined): string {
  if (passphrase === undefined) return "";
  const connection = connect(databasePath, { readOnly: true });
  try {
    return openKey(connection, config.dataDirectory, config.secret);
  } finally {
    connection.close();
  }
}

/** `footfall check`: looks for damage. */
export const check: Command = {
  name: "check",
  usage: "check",
  summary: "Look for damage in the database",

  parse(words) {
    readWords(words, [], [], 0);
    return {};
  },

  reads: true,

  run({ databasePath }: ReadingParts) {
    const problems = checkDatabase(databasePath);
    // Of a file that is damaged as such, nothing in it can be trusted to be read.
    if (problems.length === 0) problems.push(...checkSegments(databasePath));
    if (problems.length === 0) return "No problems found";
    throw new Refusal("invalid", `${problems.length} problems found:\n${problems.join("\n")}`);
  },
};
