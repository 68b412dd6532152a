import { join } from "node:path";

const PIECES = ["core", "automatic", "engagement", "url", "scroll", "time"] as const;

export type PieceName = (typeof PIECES)[number];

/**
 * Minifies the pieces of the browser's program; run while the executable is built.
 *
 * Called as a macro, where `Bun.build` is refused: so Bun is started as a child process.
 *
 * @throws {Error} with what the bundler says.
 */
export function buildPieces(): Record<PieceName, string> {
  const entries = PIECES.map((name) => {
    const file = join(import.meta.dir, "browser", `${name}.ts`);
    const { stdout, stderr, success } = Bun.spawnSync([
      process.execPath,
      "build",
      file,
      "--minify",
      "--format=iife",
      "--target=browser",
    ]);
    if (!success) throw new Error(`The pixel's ${name} does not build: ${stderr.toString()}`);
    const text = stdout.toString().trim();
    // The composed script is a function already; one around the core would only cost bytes.
    const bare = name === "core" ? /^\(\(\)=>\{(.*)\}\)\(\);$/s.exec(text)?.[1] : text;
    if (bare === undefined) throw new Error("The core is no longer wrapped as expected");
    // The names in globals.d.ts are for reading; the first letter tells them apart.
    return [name, bare.replace(/\$(name|target|mode|automatic|events|watches)\b/g, shorten)];
  });
  return Object.fromEntries(entries) as Record<PieceName, string>;
}

function shorten(name: string): string {
  return name.slice(0, 2);
}
