// What plain Node needs to get Footfall going from a checkout: packages, Bun among them.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Ends the program with a message a person can act on. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

/**
 * Installs the packages of the lock file, unless they are there.
 *
 * A stamp tells which lock file was installed, and whether with what only tests need; what a
 * test run installed is never taken away by a start.
 *
 * @param {{ withTests: boolean }} options
 */
export function install({ withTests }) {
  const wanted = createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");
  const stamp = join(ROOT, "node_modules", ".installed");
  const [hash, kind] = existsSync(stamp) ? readFileSync(stamp, "utf8").split(" ") : [];
  if (hash === wanted && (kind === "all" || !withTests)) return;

  console.log(withTests ? "Installing packages, with those for tests …" : "Installing packages …");
  const words = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  if (!withTests) words.push("--omit=dev");
  const windows = process.platform === "win32";
  const { status } = spawnSync(windows ? "npm.cmd" : "npm", words, {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    shell: windows,
  });
  if (status !== 0) {
    fail("The packages could not be installed: is the npm registry reachable? See above for why");
  }
  writeFileSync(stamp, `${wanted} ${withTests ? "all" : "run"}`);
}

/** Bun's program as npm installed it, also where npm was told to run no install scripts. */
export function bun() {
  const folder = join(ROOT, "node_modules", "@oven");
  const packages = existsSync(folder) ? readdirSync(folder) : [];
  const name = process.platform === "win32" ? "bun.exe" : "bun";
  const found = packages
    .map((each) => join(folder, each, "bin", name))
    .find((path) => existsSync(path) && spawnSync(path, ["--version"]).status === 0);
  return found ?? fail("npm has no Bun for this system; see the README for which there are");
}

const INPUTS = ["src", "views", "static", "package.json", "package-lock.json", "tsconfig.json"];

function hashOf(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    hash.update(path);
    hash.update(readFileSync(path));
  };
  for (const path of paths.map((each) => join(ROOT, each))) {
    if (!/\.json$/.test(path)) {
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) add(join(entry.parentPath ?? entry.path, entry.name));
      }
    } else add(path);
  }
  return hash.digest("hex");
}

/** Builds the executable unless nothing it is made from has changed. @returns its path */
export function build() {
  const output = join(ROOT, "dist", "footfall");
  const stamp = join(ROOT, "dist", ".built");
  const wanted = hashOf(INPUTS);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
    return output;
  }
  console.log("Building …");
  const { status } = spawnSync(bun(), ["src/build.ts"], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) fail("The build failed; see above for why");
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  return output;
}
