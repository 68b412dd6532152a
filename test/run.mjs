// `npm test [-- FILES]`: installs all that tests need, runs every check, and counts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bun, install, ROOT, SetupError } from "../src/install.mjs";

const counted = { passed: 0, failed: 0, skipped: 0 };

try {
  install({ withTests: true });
  const chromium = findChromium() ?? installChromium();
  const local = (name) => join(ROOT, "node_modules", ".bin", name);
  check("format", local("prettier"), ["--check", "--log-level=warn", "."]);
  check("lint", local("oxlint"), ["--deny-warnings", "src", "views", "static", "test"]);
  check("types", local("tsc"), ["-p", "."]);
  check("build", bun(), ["src/build.ts"]);
  runTests(chromium, process.argv.slice(2));
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  counted.failed += 1;
}

const { passed, failed, skipped } = counted;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function check(name, command, words) {
  console.log(`# ${name}`);
  const { status } = spawnSync(command, words, {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status === 0) counted.passed += 1;
  else {
    counted.failed += 1;
    console.error(`${name} failed`);
  }
}

/** All of `test/`, file by file in one process, with what each says as it goes. */
function runTests(chromium, files) {
  console.log("# tests");
  const folder = mkdtempSync(join(tmpdir(), "footfall-test-"));
  const report = join(folder, "report.xml");
  const { status, signal } = spawnSync(
    bun(),
    ["test", "--timeout", "60000", "--reporter=junit", `--reporter-outfile=${report}`, ...files],
    {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, CHROMIUM_PATH: chromium },
    },
  );
  const total = /<testsuites\b[^>]*>/.exec(existsSync(report) ? readFileSync(report, "utf8") : "");
  const figure = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(total?.[0] ?? "")?.[1] ?? 0);
  const [tests, failures, skips] = ["tests", "failures", "skipped"].map(figure);
  rmSync(folder, { recursive: true });

  counted.passed += tests - failures - skips;
  counted.failed += failures;
  counted.skipped += skips;
  // A crash leaves no report, and an error between tests no failure in it.
  if (status !== 0 && failures === 0) {
    counted.failed += 1;
    console.error(`The tests ended with ${signal ?? `exit code ${status}`}`);
  }
}

function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new SetupError(`CHROMIUM_PATH names ${named}, which does not exist`);
  }
  return [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].find((path) => existsSync(path));
}

/** From the system's packages, because a download of Playwright's own needs another host. */
function installChromium() {
  const works = (...words) => spawnSync(words[0], words.slice(1)).status === 0;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (!works(...asRoot, "apt-get", "--version")) {
    throw new SetupError(
      "The tests drive Chromium: install it (Debian and Ubuntu: sudo apt-get install chromium), " +
        "or name the program in CHROMIUM_PATH",
    );
  }
  console.log("Installing Chromium …");
  const aptGet = (...words) => {
    const all = [...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", ...words];
    return spawnSync(all[0], all.slice(1), { stdio: ["ignore", "ignore", "inherit"] });
  };
  aptGet("update");
  aptGet("install", "-y", "--no-install-recommends", "chromium");
  const found = findChromium();
  if (found) return found;
  throw new SetupError("Chromium could not be installed; apt-get says above why");
}
