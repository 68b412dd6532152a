import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { problemsOf, type Tree } from "./helpers/layers.ts";

const ROOT = join(import.meta.dir, "..");

/** The modules of the product. */
function readTree(): Tree {
  const paths = [...new Bun.Glob("{src,views}/**/*.{ts,tsx}").scanSync({ cwd: ROOT })];
  return Object.fromEntries(
    paths.map((path) => [path.replaceAll("\\", "/"), readFileSync(join(ROOT, path), "utf8")]),
  );
}

describe("the source", () => {
  const tree = readTree();

  test("imports downwards only, without cycles, and exports by name", () => {
    expect(problemsOf(tree)).toEqual([]);
    expect(Object.keys(tree).length).toBeGreaterThan(50);
  });

  test("knows Elysia in web only", () => {
    const others = Object.entries(tree)
      .filter(([path]) => !path.startsWith("src/web/"))
      .filter(([, source]) => /from "elysia/.test(source));

    expect(others.map(([path]) => path)).toEqual([]);
  });

  test("reads the environment in main.ts only, and hands it on to helpers", () => {
    const others = Object.entries(tree)
      .filter(([path]) => path.startsWith("src/"))
      .filter(([path]) => !["src/main.ts", "src/build.ts", "src/lib/helper.ts"].includes(path))
      .filter(([, source]) => /\b(?:process|Bun)\.env\b/.test(source));

    expect(others.map(([path]) => path)).toEqual([]);
  });

  test("writes no HTML past Preact", () => {
    const others = Object.entries(tree).filter(([, source]) => /dangerouslySetInner/.test(source));

    expect(others.map(([path]) => path)).toEqual([]);
  });
});

describe("problemsOf()", () => {
  const lib = { "src/lib/errors.ts": "export class Refusal extends Error {}" };

  test.each<[string, Tree]>([
    ["from a lower row", { "src/web/a.ts": 'import { Refusal } from "../lib/errors.ts";', ...lib }],
    ["within a folder", { "src/lib/a.ts": 'import { Refusal } from "./errors.ts";', ...lib }],
    [
      "of types from above",
      { "src/lib/a.ts": 'import type { B } from "../web/b.ts";', "src/web/b.ts": "" },
    ],
    [
      "of what is no module",
      { "src/web/a.ts": 'import css from "../../static/a.css" with { type: "file" };' },
    ],
    ["of packages", { "src/web/a.ts": 'import htmx from "../../node_modules/h/h.min.js";' }],
  ])("admits an import %s", (_, tree) => {
    expect(problemsOf(tree)).toEqual([]);
  });

  test.each<[string, Tree, string]>([
    [
      "upwards",
      { "src/lib/a.ts": 'import { b } from "../web/b.ts";', "src/web/b.ts": "" },
      "src/lib/a.ts imports upwards from src/web/b.ts",
    ],
    [
      "upwards over several lines",
      { "src/lib/a.ts": 'import {\n  b,\n  c,\n} from "../web/b.ts";', "src/web/b.ts": "" },
      "src/lib/a.ts imports upwards from src/web/b.ts",
    ],
    [
      "upwards for its effect",
      { "src/lib/a.ts": 'import "../web/b.ts";', "src/web/b.ts": "" },
      "src/lib/a.ts imports upwards from src/web/b.ts",
    ],
    [
      "upwards while running",
      { "src/lib/a.ts": 'const b = await import("../web/b.ts");', "src/web/b.ts": "" },
      "src/lib/a.ts imports upwards from src/web/b.ts",
    ],
    [
      "upwards as a worker",
      {
        "src/lib/a.ts": 'new Worker(new URL("../web/b.ts", import.meta.url));',
        "src/web/b.ts": "",
      },
      "src/lib/a.ts imports upwards from src/web/b.ts",
    ],
    [
      "sideways",
      { "src/flows/a.ts": 'import { b } from "../ingest/b.ts";', "src/ingest/b.ts": "" },
      "src/flows/a.ts imports sideways from src/ingest/b.ts",
    ],
    [
      "of a file without a row",
      { "src/web/a.ts": 'import { b } from "../utils/b.ts";', "src/utils/b.ts": "" },
      "src/utils/b.ts has no row",
    ],
    [
      "of no file",
      { "src/web/a.ts": 'import { b } from "../lib/b";' },
      "src/web/a.ts imports src/lib/b, which is no file",
    ],
    [
      "in a circle",
      {
        "src/lib/a.ts": 'import { b } from "./b.ts";',
        "src/lib/b.ts": 'import { a } from "./a.ts";',
      },
      "src/lib/a.ts → src/lib/b.ts → src/lib/a.ts is a cycle",
    ],
  ])("refuses an import %s", (_, tree, problem) => {
    expect(problemsOf(tree)).toEqual([problem]);
  });

  test("refuses a default export", () => {
    expect(problemsOf({ "src/lib/a.ts": "export default 1;" })).toEqual([
      "src/lib/a.ts has a default export",
    ]);
  });

  test.each(['export * from "./errors.ts";', 'export {\n  Refusal,\n} from "./errors.ts";'])(
    "refuses to pass on exports: %j",
    (source) => {
      expect(problemsOf({ "src/lib/a.ts": source, ...lib })).toEqual([
        "src/lib/a.ts passes on what another file exports",
      ]);
    },
  );
});
