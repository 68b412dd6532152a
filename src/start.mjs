// `npm start`: installs what running needs, builds and serves.
import { spawn } from "node:child_process";
import { build, install } from "./install.mjs";

install({ withTests: false });
const server = spawn(build(), process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => server.kill(signal));
}
server.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)));
