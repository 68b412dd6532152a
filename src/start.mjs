// `npm start`: installs what running needs, builds, and serves; words after `--` go to Footfall.
// `exec` in its script takes npm's shell away, which would keep a SIGTERM to itself; the second
// half of that line is for Windows, which has no `exec`.
import { attempt, become, build, install } from "./install.mjs";

const executable = attempt(() => {
  install({ withTests: false });
  return build();
});
become(executable, process.argv.slice(2));
