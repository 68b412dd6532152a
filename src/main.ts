import { argv, env, exit } from "node:process";
import { HELPER_WORD } from "./lib/helper.ts";

/** What a second process of this program may be started for, by a first one. */
const HELPERS: Readonly<Record<string, () => Promise<void>>> = {
  statistics: async () => (await import("./stats/pool-process.ts")).servePool(),
  sealing: async () => (await import("./stats/seal-process.ts")).serveSealing(),
};

// Loaded here and not at the top: the database engine is unpacked into the temporary directory
// when it is first named, and where that fails an operator needs a sentence, not a stack.
async function run(): Promise<number> {
  try {
    const { runCommandLine } = await import("./cli/command-line.ts");
    return await runCommandLine(argv.slice(2), env);
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_DLOPEN_FAILED") throw error;
    console.error(
      "The database engine cannot be unpacked: set TMPDIR to a directory that can be written and " +
        "that is not mounted noexec, such as the data directory",
    );
    return 1;
  }
}

const [word, name = ""] = argv.slice(2);
const help = word === HELPER_WORD ? HELPERS[name] : undefined;
if (help !== undefined && process.send !== undefined) await help();
// Not by `exitCode`: a connection to a mail server that does not answer would keep the process.
else exit(await run());
