import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "../src/cli/commands.ts";
import { SETTINGS } from "../src/config.ts";

const ROOT = join(import.meta.dir, "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const rows = README.split("\n").map((line) => line.replace(/\s+/g, " "));

test("the README lists every setting with its default and meaning, and no other", () => {
  for (const { name, fallback, meaning } of SETTINGS) {
    expect(rows).toContain(`| \`${name}\` | ${fallback} | ${meaning} |`);
  }
  const named = new Set(README.match(/FOOTFALL_[A-Z_]*[A-Z]/g));
  const known = new Set([...SETTINGS.map(({ name }) => name), "FOOTFALL_IDENTIFY_SECRET"]);
  expect([...named].filter((name) => !known.has(name))).toEqual([]);
});

test("the README lists every command", () => {
  for (const { name } of COMMANDS) expect(README).toContain(`| \`footfall ${name}`);
});

test("files that the README names are there", () => {
  for (const [path] of README.matchAll(/\b(?:src|views|test)\/[\w/.-]+\w/g)) {
    expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
  }
});
