// `npm start`: installs what running needs, builds, and serves; words after `--` go to Footfall.
import { attempt, become, build, install } from "./install.mjs";

const executable = attempt(() => {
  install({ withTests: false });
  return build();
});
become(executable, process.argv.slice(2));
