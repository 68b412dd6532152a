import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { BunPlugin } from "bun";
import { pixelSizes } from "./pixel/sizes.ts";

// Makes the executable; is not part of it. `npm run build [-- --target=bun-linux-arm64]`.

const ROOT = join(import.meta.dir, "..");
const OUTPUT = join(ROOT, "dist", "footfall");
const MOST_BYTES = 125 * 1024 * 1024;

/** Programs of their own inside the executable: each is started by `new Worker`. */
const WORKERS = ["src/store/checkpoint-worker.ts", "src/stats/worker.ts"];

/** libSQL's native package of each target we build for. */
const NATIVE: Readonly<Record<string, string>> = {
  "bun-linux-x64": "@libsql/linux-x64-gnu",
  "bun-linux-x64-baseline": "@libsql/linux-x64-gnu",
  "bun-linux-x64-musl": "@libsql/linux-x64-musl",
  "bun-linux-arm64": "@libsql/linux-arm64-gnu",
  "bun-linux-arm64-musl": "@libsql/linux-arm64-musl",
  "bun-darwin-x64": "@libsql/darwin-x64",
  "bun-darwin-arm64": "@libsql/darwin-arm64",
};

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

function hostTarget(): string {
  const system = process.platform === "darwin" ? "darwin" : "linux";
  return `bun-${system}-${process.arch === "arm64" ? "arm64" : "x64"}`;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

const given = process.argv.find((word) => word.startsWith("--target="))?.slice(9);
const target = given ?? hostTarget();
const native = NATIVE[target];
if (!native) fail(`No target ${target}; there are ${Object.keys(NATIVE).join(", ")}`);
const folder = join(ROOT, "node_modules", native);
if (!existsSync(folder)) {
  fail(`${native} is missing, which ${target} needs: npm install --force --no-save ${native}`);
}
createRequire(import.meta.url).resolve(native);

mkdirSync(dirname(OUTPUT), { recursive: true });
const result = await Bun.build({
  entrypoints: ["src/main.ts", ...WORKERS].map((path) => join(ROOT, path)),
  root: ROOT,
  minify: { whitespace: true, syntax: true },
  sourcemap: "inline",
  plugins: [literalNative(native)],
  compile: {
    outfile: OUTPUT,
    ...(given && { target: given as Bun.Build.CompileTarget }),
    // Settings come from the environment alone: a stray file in the folder must not change them.
    autoloadDotenv: false,
    autoloadBunfig: false,
  },
});
if (!result.success) fail(result.logs.map(String).join("\n"));

const sizeBytes = statSync(OUTPUT).size;
console.log(`dist/footfall: ${(sizeBytes / 1024 / 1024).toFixed(1)} MB`);
for (const [name, bytes] of Object.entries(pixelSizes())) {
  console.log(`pixel, ${name}: ${bytes} bytes in brotli`);
}
if (sizeBytes > MOST_BYTES) fail(`It may have ${MOST_BYTES / 1024 / 1024} MB at most`);
