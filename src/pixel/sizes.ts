import { brotliCompressSync } from "node:zlib";
import { composePixel } from "./compose.ts";

const SITE = {
  key: "AbCdEfGhIjKl",
  server: "https://stats.example.com",
  privacy: "storage",
} as const;

/** The pixel as it is served, in bytes of brotli: the core, with engaged time and scroll depth, and with all. */
export function pixelSizes(): Readonly<Record<string, number>> {
  const every = ["url", "scroll", "time"].map((kind) => [kind, "more", "50"] as const);
  const size = (text: string) => brotliCompressSync(text).length;
  return {
    core: size(composePixel({ ...SITE, engagement: false, events: [] })),
    "with engagement": size(composePixel({ ...SITE, engagement: true, events: [] })),
    "every condition": size(
      composePixel({ ...SITE, engagement: true, events: [{ name: "event", conditions: every }] }),
    ),
  };
}
