import { existsSync } from "node:fs";
import { join } from "node:path";
import { readConfig, type Config } from "../config.ts";
import { Refusal } from "../lib/errors.ts";
import { createSecretBox } from "../lib/secret-box.ts";
import { createPool } from "../stats/pool.ts";
import { createStats } from "../stats/stats.ts";
import { DATABASE_FILE, openStore } from "../store/open.ts";
import { asRefusal } from "../store/fault.ts";
import { noteKey, openKey } from "../store/key.ts";
import { VERSION } from "../version.ts";
import type { Command, Output } from "./command.ts";
import { askServer } from "./command-socket.ts";
import { COMMANDS } from "./commands.ts";
import { health } from "./health.ts";
import { restoreBackup } from "./restore.ts";
import { serve } from "./serve.ts";
import { readWords } from "./words.ts";

const USAGE = `Footfall ${VERSION}

  serve     Serve (what happens when no command is given)
${COMMANDS.map(({ usage, summary }) => `  ${usage}\n            ${summary}`).join("\n")}
  restore FILE [--passphrase-file FILE]
            Bring a backup back into an empty data directory
  health    Ask the running server whether it is well; for containers
  version   Print the version

Settings are environment variables; see the README for all of them.`;

/**
 * Runs what the command line says.
 *
 * @returns The exit code: 0, or 1 with a message on the error output.
 */
export async function runCommandLine(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  try {
    return await run(words, env);
  } catch (error) {
    // What a person can mend is said in a sentence; a bug shows where it is.
    console.error(error instanceof Refusal ? error.message : error);
    return 1;
  }
}

async function run(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [word = "serve", ...rest] = words;
  if (word === "--version") return say(VERSION);
  if (word === "version" && rest.length === 0) return say(VERSION);
  if (word === "help" || word === "--help" || word === "-h") return say(USAGE);

  if (rest.includes("--help")) return say(USAGE);
  const config = settings(env);
  if (word === "serve" || word === "health") {
    readWords(rest, [], [], 0);
    return word === "serve" ? serve(config) : health(config);
  }
  if (word === "restore") return say(restoreBackup(config, rest));

  const command = COMMANDS.find(({ name }) => {
    const parts = name.split(" ");
    return parts.every((part, index) => words[index] === part);
  });
  if (!command)
    throw new Refusal("invalid", `There is no command "${words.join(" ")}"\n\n${USAGE}`);
  const input = command.parse(words.slice(command.name.split(" ").length));
  return runCommand(config, command, input);
}

function settings(env: Readonly<Record<string, string | undefined>>): Config {
  try {
    return readConfig(env);
  } catch (error) {
    throw new Refusal("invalid", error instanceof Error ? error.message : String(error));
  }
}

async function runCommand(config: Config, command: Command, input: unknown): Promise<number> {
  const databasePath = join(config.dataDirectory, DATABASE_FILE);
  if (command.reads) {
    if (!existsSync(databasePath)) {
      throw new Refusal("missing", `There is no database in ${config.dataDirectory}`);
    }
    try {
      const output = await command.run({ config, databasePath } as never, input as never);
      return await take(command, output, input);
    } catch (error) {
      throw asRefusal(error, `${command.name} failed`);
    }
  }

  const answered = await askServer(config.dataDirectory, command.name, input);
  if (answered !== undefined) return take(command, answered, input);

  const opened = openStore(config.dataDirectory);
  const stats = createStats({
    path: databasePath,
    now: Date.now,
    pool: createPool({ path: databasePath, cacheBytes: config.statsMemoryBytes }),
  });
  try {
    const secret = openKey(opened.reader, config.dataDirectory, config.secret);
    await opened.write((_, connection) => noteKey(connection, secret));
    const box = createSecretBox(secret);
    const parts = {
      config,
      databasePath,
      store: opened.store,
      write: opened.write,
      stats,
      now: Date.now,
      seal: box.seal,
      changed: async () => {},
    };
    // What comes in pieces is made as it is taken, from what is open here.
    return await take(command, await command.run(parts, input as never), input);
  } finally {
    await stats.stop();
    await opened.close();
  }
}

/** Prints what a command says, or has it take what comes in pieces. */
async function take(command: Command, output: Output, input: unknown): Promise<number> {
  if (typeof output === "string") return say(output);
  await command.deliver?.(output, input as never);
  return 0;
}

function say(text: string): number {
  console.log(text);
  return 0;
}
