import { argv, env, exit } from "node:process";

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

// Not by `exitCode`: a connection to a mail server that does not answer would keep the process.
exit(await run());
