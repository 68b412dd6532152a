import { createApp, type App } from "../app.ts";
import { hasUsers } from "../auth/queries.ts";
import type { Config } from "../config.ts";
import { Refusal } from "../lib/errors.ts";
import { startServer } from "../web/server.ts";
import { openCommandSocket, type CommandSocket } from "./command-socket.ts";
import { COMMANDS } from "./commands.ts";

/** `footfall serve`: until it is told to stop. @returns The exit code. */
export async function serve(config: Config): Promise<number> {
  const toldToStop = untilToldToStop();
  const app = await createApp(config);
  try {
    return await serveApp(app, toldToStop);
  } finally {
    await app.stop();
  }
}

/** Listens before anything acts: who cannot be reached must not send mail either. */
async function serveApp(app: App, toldToStop: Promise<void>): Promise<number> {
  const { config } = app;
  const server = startServer(app);
  const socket = serveCommands(app);
  await app.start();

  const setup = (await hasUsers(app.store)) ? "" : `/setup?token=${app.setupToken}`;
  console.log(
    setup === ""
      ? `Footfall serves at ${config.url}`
      : `Footfall serves at ${config.url} — set it up at ${config.url}${setup}`,
  );

  await toldToStop;
  app.log.info("stopping");
  await server.stop();
  await socket.stop();
  return 0;
}

/** Carries out what commands ask of a running server. */
export function serveCommands(app: App): CommandSocket {
  const { config, store, write, databasePath, stats, now, box, sites } = app;
  const changed = () => sites.reload();
  const parts = { config, store, write, databasePath, stats, now, seal: box.seal, changed };
  return openCommandSocket(config.dataDirectory, async (name, input) => {
    const command = COMMANDS.find((known) => known.name === name);
    if (!command || command.reads) throw new Refusal("missing", `There is no command "${name}"`);
    return command.run(parts, input as never);
  });
}

/** Told more than once, it still stops once: under npm, Ctrl-C comes twice. */
function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
}
