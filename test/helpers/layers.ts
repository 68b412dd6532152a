import { dirname, join } from "node:path/posix";

/** Source files by their path from the checkout: `src/lib/errors.ts`. */
export type Tree = Readonly<Record<string, string>>;

/**
 * Rows of the house, the highest first: a file imports from rows below its own, or from its
 * own folder.
 *
 * `build.ts` and the `.mjs` files make the executable and are no part of it.
 */
const ROWS: readonly (readonly string[])[] = [
  ["src/build.ts"],
  ["src/main.ts"],
  ["src/cli"],
  ["src/app.ts"],
  ["src/web", "src/config.ts"],
  ["src/ingest", "src/flows", "src/campaigns", "src/hosting", "src/reports"],
  ["src/messages", "src/audiences"],
  ["src/identity", "src/stats"],
  ["src/events", "src/channels"],
  ["src/sites", "src/contacts", "src/auth"],
  ["src/store"],
  ["views", "src/pixel"],
  ["src/lib", "src/version.ts"],
];

const IMPORT = /^(?:import|export)\s(?!type\s)(?:[^;"']*?\sfrom\s)?\s*["'](\.[^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["'](\.[^"']+)["']|new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g;

/**
 * Says what in a tree is against the conventions on imports and exports, a sentence each.
 *
 * `import type` is free, being gone at run time. What a file starts as a worker counts as
 * imported. Only modules are looked at, not styles, texts and packages.
 */
export function problemsOf(tree: Tree): string[] {
  const problems: string[] = [];
  const imports = new Map<string, string[]>();
  for (const [path, source] of Object.entries(tree)) {
    problems.push(...exportProblems(path, source));
    const modules = importsOf(path, source);
    imports.set(path, modules);
    if (path.startsWith("test/")) continue;
    for (const other of modules) {
      const problem = directionProblem(path, other, tree);
      if (problem !== undefined) problems.push(problem);
    }
  }
  return [...problems, ...cyclesIn(imports)];
}

function importsOf(path: string, source: string): string[] {
  const named = [...source.matchAll(IMPORT), ...source.matchAll(DYNAMIC)];
  return named
    .map(([, plain, worker]) => join(dirname(path), plain ?? worker ?? ""))
    .filter((other) => !other.startsWith("node_modules/"))
    .filter((other) => /\.(?:tsx?|mjs)$|\/[^.]+$/.test(other));
}

function exportProblems(path: string, source: string): string[] {
  if (path.endsWith(".d.ts")) return [];
  const problems: string[] = [];
  if (/^export default\b/m.test(source)) problems.push(`${path} has a default export`);
  if (/^export\s[^;"'=()]*\sfrom\s*["']/m.test(source)) {
    problems.push(`${path} passes on what another file exports`);
  }
  return problems;
}

function directionProblem(path: string, other: string, tree: Tree): string | undefined {
  if (!(other in tree)) return `${path} imports ${other}, which is no file`;
  const [from, to] = [placeOf(path), placeOf(other)];
  if (from === undefined) return `${path} has no row`;
  if (to === undefined) return `${other} has no row`;
  if (from.part === to.part || from.row < to.row) return undefined;
  return `${path} imports ${from.row === to.row ? "sideways" : "upwards"} from ${other}`;
}

function placeOf(path: string): { readonly row: number; readonly part: string } | undefined {
  for (const [row, parts] of ROWS.entries()) {
    const part = parts.find((known) => path === known || path.startsWith(`${known}/`));
    if (part !== undefined) return { row, part };
  }
  return undefined;
}

/** Each cycle once, told from the file of it that was met first. */
function cyclesIn(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const problems: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (path: string) => {
    const at = way.indexOf(path);
    if (at >= 0) problems.push(`${[...way.slice(at), path].join(" → ")} is a cycle`);
    if (at >= 0 || done.has(path)) return;
    way.push(path);
    for (const other of imports.get(path) ?? []) visit(other);
    way.pop();
    done.add(path);
  };
  for (const path of imports.keys()) visit(path);
  return problems;
}
