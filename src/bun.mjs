// Runs a file of this checkout with Bun: `node src/bun.mjs FILE [words]`.
import { attempt, become, bun, install } from "./install.mjs";

const [file = "", ...words] = process.argv.slice(2);
const program = attempt(() => {
  install({ withTests: file.startsWith("test/") });
  return bun();
});
become(program, [file, ...words]);
