import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { BunPlugin } from "bun";
import { pixelSizes } from "./pixel/sizes.ts";

// Makes the executable; is not part of it. `npm run build [-- --target=bun-linux-arm64]`.

const ROOT = join(import.meta.dir, "..");

/**
 * What each target needs: libSQL's native package, and the npm package with Bun's program.
 *
 * `-baseline` is for x64 processors without AVX2. Since Bun 1.4 its x64 program is that one
 * (npm's two packages hold the same bytes), so what is built by default runs there too.
 */
const TARGETS: Readonly<Record<string, readonly [libsql: string, bun: string]>> = {
  "bun-linux-x64": ["@libsql/linux-x64-gnu", "@oven/bun-linux-x64"],
  "bun-linux-x64-baseline": ["@libsql/linux-x64-gnu", "@oven/bun-linux-x64"],
  "bun-linux-x64-musl": ["@libsql/linux-x64-musl", "@oven/bun-linux-x64-musl"],
  "bun-linux-arm64": ["@libsql/linux-arm64-gnu", "@oven/bun-linux-aarch64"],
  "bun-linux-arm64-musl": ["@libsql/linux-arm64-musl", "@oven/bun-linux-aarch64-musl"],
  "bun-darwin-x64": ["@libsql/darwin-x64", "@oven/bun-darwin-x64"],
  "bun-darwin-arm64": ["@libsql/darwin-arm64", "@oven/bun-darwin-aarch64"],
  "bun-windows-x64": ["@libsql/win32-x64-msvc", "@oven/bun-windows-x64"],
};

const WORKER = /new Worker\(\s*new URL\("(\.[^"]+)", import\.meta\.url\)(?:\.href)?/g;

/**
 * Names libSQL's native part literally.
 *
 * `libsql` requires a name it works out at run time, which no bundler can follow. The build
 * fails when the line is not there: a new release must be looked at, not shipped broken.
 */
function literalNative(native: string): BunPlugin {
  const line = "return require(`@libsql/${target}`);";
  return {
    name: "literal-native",
    setup(build) {
      build.onLoad({ filter: /[\\/]libsql[\\/](?:index|promise)\.js$/ }, ({ path }) => {
        const source = readFileSync(path, "utf8");
        if (!source.includes(line)) throw new Error(`${path} no longer holds: ${line}`);
        return { contents: source.replace(line, `return require("${native}");`), loader: "js" };
      });
    },
  };
}

/**
 * Names workers by their path from the checkout, under which the executable holds them.
 *
 * All modules become one file, whose own address leads nowhere: `new URL("./worker.ts",
 * import.meta.url)` finds a worker only when run from source.
 */
function literalWorkers(starters: ReadonlyMap<string, string>): BunPlugin {
  return {
    name: "literal-workers",
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/].+\.ts$/ }, ({ path }) => {
        const source = starters.get(path);
        if (source === undefined) return undefined;
        const contents = source.replace(
          WORKER,
          (_, worker: string) => `new Worker("./${fromRoot(join(dirname(path), worker))}"`,
        );
        return { contents, loader: "ts" };
      });
    },
  };
}

/**
 * Finds the files that start workers, with their text, and the workers they start.
 *
 * @throws {Error} if a worker is started in words this build does not know.
 */
function findWorkers() {
  const starters = new Map<string, string>();
  const workers = new Set<string>();
  for (const path of new Bun.Glob("src/**/*.ts").scanSync({ cwd: ROOT, absolute: true })) {
    const source = readFileSync(path, "utf8");
    const started = [...source.matchAll(WORKER)];
    if (path !== import.meta.path && started.length !== source.split("new Worker(").length - 1) {
      throw new Error(`${path}: write new Worker(new URL("./NAME", import.meta.url))`);
    }
    if (path === import.meta.path || started.length === 0) continue;
    starters.set(path, source);
    for (const [, worker = ""] of started) workers.add(join(dirname(path), worker));
  }
  return { starters, workers: [...workers] };
}

function fromRoot(path: string): string {
  return relative(ROOT, path).replaceAll("\\", "/");
}

function hostTarget(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const libc = system === "linux" && existsSync("/etc/alpine-release") ? "-musl" : "";
  return `bun-${system}-${process.arch}${libc}`;
}

/** @returns The version `libsql` wants of its native package. */
function nativeVersion(native: string): string {
  const manifest = readFileSync(join(ROOT, "node_modules", "libsql", "package.json"), "utf8");
  return (
    (JSON.parse(manifest) as { version: string; optionalDependencies: Record<string, string> })
      .optionalDependencies[native] ?? "latest"
  );
}

/**
 * Builds for one target, which is this machine's unless it is named.
 *
 * @returns The executable's path: `dist/footfall`, or `dist/footfall-TARGET` for a named one,
 *   so that `npm start` never finds a program for another machine.
 * @throws {Error} if the target is unknown, lacks its native part, or does not build.
 */
async function buildExecutable(named: string | undefined): Promise<string> {
  const target = named ?? hostTarget();
  const [native, runtime] = TARGETS[target] ?? [];
  if (native === undefined || runtime === undefined) {
    throw new Error(`There is no target ${target}, but ${Object.keys(TARGETS).join(", ")}`);
  }
  if (!existsSync(join(ROOT, "node_modules", native))) {
    throw new Error(
      `${target} needs ${native}, which is not installed: ` +
        `npm install --no-save --force ${native}@${nativeVersion(native)}`,
    );
  }

  const name = named === undefined ? "footfall" : `footfall-${named.slice("bun-".length)}`;
  const outfile = join(ROOT, "dist", target.includes("windows") ? `${name}.exe` : name);
  const program = join(ROOT, "node_modules", runtime, "bin", "bun");
  const { starters, workers } = findWorkers();
  const result = await Bun.build({
    entrypoints: [join(ROOT, "src", "main.ts"), ...workers],
    root: ROOT,
    plugins: [literalNative(native), literalWorkers(starters)],
    // What several threads use stands in the executable once: 2 MB less.
    splitting: true,
    // Names stay, so that a stack trace can be read; the map turns its places into ours.
    minify: { whitespace: true, syntax: true },
    sourcemap: "inline",
    env: "disable",
    define: { "process.env.NODE_ENV": '"production"' },
    compile: {
      outfile,
      // Without a program at hand, Bun fetches that of a foreign target from the npm registry.
      ...(named !== undefined && {
        target: named as Bun.Build.CompileTarget,
        ...(existsSync(program) && { executablePath: program }),
      }),
      // Settings come from the environment alone: a stray file in the folder changes nothing.
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
    },
  });
  // They are in the executable already.
  for (const { path } of result.outputs) if (path.endsWith(".map")) rmSync(path, { force: true });
  return outfile;
}

const words = process.argv.slice(2);
const wanted = words.join(" ").match(/--target[= ](\S+)/)?.[1];
try {
  const path = await buildExecutable(wanted);
  console.log(`${fromRoot(path)}: ${(statSync(path).size / 1e6).toFixed(1)} MB`);
  for (const [name, bytes] of Object.entries(pixelSizes())) {
    console.log(`pixel, ${name}: ${bytes} bytes in brotli`);
  }
} catch (error) {
  const causes = error instanceof AggregateError ? error.errors : [];
  console.error([error instanceof Error ? error.message : error, ...causes].map(String).join("\n"));
  process.exitCode = 1;
}
