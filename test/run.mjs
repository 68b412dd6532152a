// `npm test`: installs all that tests need, runs every check, and counts.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, bun, fail, install, ROOT } from "../src/install.mjs";

const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

install({ withTests: true });
installChromium();

let passed = 0;
let failed = 0;
let skipped = 0;

const local = (name) => join(ROOT, "node_modules", ".bin", name);
check("format", local("prettier"), ["--check", "--log-level=warn", "."]);
check("lint", local("oxlint"), ["--deny-warnings", "src", "views", "test"]);
check("types", local("tsc"), ["-p", "."]);
build();
runTests(process.argv.slice(2));

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function check(name, command, words) {
  console.log(`# ${name}`);
  const { status } = spawnSync(command, words, { cwd: ROOT, stdio: "inherit" });
  if (status === 0) passed += 1;
  else {
    failed += 1;
    console.error(`${name} failed`);
  }
}

function runTests(words) {
  console.log("# tests");
  const { status, stderr } = spawnSync(bun(), ["test", ...words], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "pipe"],
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, CHROMIUM_PATH: CHROMIUM },
  });
  process.stderr.write(stderr);
  const figure = (word) => Number(new RegExp(`^\\s*(\\d+) ${word}$`, "m").exec(stderr)?.[1] ?? 0);
  passed += figure("pass");
  failed += figure("fail");
  skipped += figure("skip");
  // A crash prints no summary: it is a failure all the same.
  if (status !== 0 && figure("fail") === 0) failed += 1;
}

function installChromium() {
  if (existsSync(CHROMIUM)) return;
  const apt = spawnSync("apt-get", ["--version"]).status === 0;
  const root = process.getuid?.() === 0;
  const sudo = !root && spawnSync("sudo", ["-n", "true"]).status === 0;
  if (!apt || (!root && !sudo)) {
    fail(
      "The tests drive Chromium: install it with your package manager (Debian: apt-get install chromium) " +
        "or name the program in CHROMIUM_PATH",
    );
  }
  console.log("Installing Chromium …");
  const run = (...words) =>
    spawnSync(sudo ? "sudo" : words[0], sudo ? words : words.slice(1), {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status;
  run("apt-get", "update", "-q");
  const status = run("apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium");
  if (status !== 0 || !existsSync(CHROMIUM)) fail("Chromium could not be installed");
}
