// What plain Node needs to get Footfall going from a checkout: packages, Bun among them.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

const MODULES = join(ROOT, "node_modules");
const WINDOWS = process.platform === "win32";

/** Why it cannot go on, in words a person can act on. */
export class SetupError extends Error {}

/** Runs `action`; what a person can mend is told in a sentence, and ends the program. */
export function attempt(action) {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/**
 * Installs the packages of the lock file, unless they are there.
 *
 * npm's own note of what it installed is compared with the lock file, so packages installed by
 * hand count as well. What tests need is never taken away by a start.
 *
 * @param {{ withTests: boolean }} options
 * @throws {SetupError} if npm cannot.
 */
export function install({ withTests }) {
  const locked = packagesOf(join(ROOT, "package-lock.json"));
  const present = packagesOf(join(MODULES, ".package-lock.json"));
  const all = withTests || Object.values(present).some(({ dev }) => dev);
  const missing = Object.entries(locked).some(
    ([path, { version, dev, optional, devOptional }]) =>
      path !== "" &&
      (all || !(dev || devOptional)) &&
      (present[path] ? present[path].version !== version : !optional),
  );
  if (!missing && findBun()) return;

  console.log(all ? "Installing packages, with those for tests …" : "Installing packages …");
  const words = ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--include=optional"];
  // In so many words, because NODE_ENV=production would leave them out.
  words.push(all ? "--include=dev" : "--omit=dev");
  const { status } = spawnSync(WINDOWS ? "npm.cmd" : "npm", words, {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    shell: WINDOWS,
  });
  if (status !== 0) {
    throw new SetupError("The packages could not be installed; npm says above why");
  }
}

function packagesOf(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : {};
}

/**
 * Bun's program as npm installed it.
 *
 * @throws {SetupError} if there is none for this machine.
 */
export function bun() {
  const found = findBun();
  if (found) return found;
  throw new SetupError(
    `npm has no Bun for this machine (${process.platform} ${process.arch}), or was told to leave ` +
      "optional packages out",
  );
}

/**
 * Looks in both places: the install script of `bun` moves the program out of the package of
 * this machine, and where npm runs no install scripts it stays there, with a text in its place.
 */
function findBun() {
  const scope = join(MODULES, "@oven");
  const name = WINDOWS ? "bun.exe" : "bun";
  const own = (existsSync(scope) ? readdirSync(scope) : []).map((each) =>
    join(scope, each, "bin", name),
  );
  return [join(MODULES, "bun", "bin", "bun.exe"), ...own].find(
    (path) => existsSync(path) && spawnSync(path, ["--version"]).status === 0,
  );
}

const INPUTS = ["src", "views", "static", "package.json", "package-lock.json", "tsconfig.json"];

/**
 * Builds the executable, unless nothing it is made from has changed.
 *
 * @returns {string} Its path.
 * @throws {SetupError} if it does not build.
 */
export function build() {
  const output = join(ROOT, "dist", WINDOWS ? "footfall.exe" : "footfall");
  const stamp = join(ROOT, "dist", ".built");
  const wanted = hashOfInputs();
  const built = existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8");
  if (built === wanted) return output;

  console.log("Building …");
  mkdirSync(dirname(stamp), { recursive: true });
  const { status } = spawnSync(bun(), ["src/build.ts"], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) throw new SetupError("The build failed; see above for why");
  writeFileSync(stamp, wanted);
  return output;
}

function hashOfInputs() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  const add = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) add(join(path, entry.name));
      else addFile(join(path, entry.name));
    }
  };
  const addFile = (path) => hash.update(path.slice(ROOT.length)).update(readFileSync(path));
  for (const input of INPUTS) {
    if (input.endsWith(".json")) addFile(join(ROOT, input));
    else add(join(ROOT, input));
  }
  return hash.digest("hex");
}

/**
 * Runs a program in this one's place: it gets the signals, its exit code becomes ours.
 *
 * Ctrl-C reaches it twice, from the terminal and from here: it must not mind.
 */
export function become(program, words) {
  const child = spawn(program, words, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => {
    console.error(`${program} cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
