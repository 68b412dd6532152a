// Runs a file of this checkout with Bun: `node src/bun.mjs FILE [words]`.
import { spawn } from "node:child_process";
import { bun, install, ROOT } from "./install.mjs";

const [file, ...words] = process.argv.slice(2);
install({ withTests: file.startsWith("test/") });
const child = spawn(bun(), [file, ...words], { cwd: ROOT, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 1));
