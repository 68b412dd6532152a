import { Elysia } from "elysia";
import type { App } from "../../app.ts";

const TEXT = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };

/**
 * `/healthz` (the process lives), `/readyz` (it can write), and `/metrics` where it is on.
 */
export const publicHealth = ({ config, write, metrics }: App) =>
  new Elysia()
    .get("/healthz", () => new Response("ok\n", { headers: TEXT }))
    .get("/readyz", async () => {
      try {
        await write(() => {}, "upkeep");
        return new Response("ready\n", { headers: TEXT });
      } catch {
        return new Response("The database cannot be written\n", { status: 503, headers: TEXT });
      }
    })
    .get("/metrics", () => {
      if (!config.metrics) return new Response("Not found\n", { status: 404 });
      return new Response(metrics.text(), {
        headers: { ...TEXT, "content-type": "text/plain; version=0.0.4; charset=utf-8" },
      });
    });
