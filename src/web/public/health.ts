import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { keepSetting } from "../../store/settings.ts";

const TEXT = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };

const NOT_READY = { status: 503, headers: TEXT };

/**
 * `/healthz` (the process lives), `/readyz` (it can write), and `/metrics` where it is on.
 */
export const publicHealth = ({ config, write, metrics, isStoring, now }: App) =>
  new Elysia()
    .get("/healthz", () => new Response("ok\n", { headers: TEXT }))
    .get("/readyz", async () => {
      try {
        // A row, not an empty transaction: that succeeds on a full disk.
        await write((tx) => keepSetting(tx, "ready-at", now()), "upkeep");
        if (isStoring()) return new Response("ready\n", { headers: TEXT });
        return new Response("Events are not stored; the log has the reason\n", NOT_READY);
      } catch {
        return new Response("The database cannot be written\n", NOT_READY);
      }
    })
    .get("/metrics", () => {
      if (!config.metrics) return new Response("Not found\n", { status: 404 });
      return new Response(metrics.text(), {
        headers: { ...TEXT, "content-type": "text/plain; version=0.0.4; charset=utf-8" },
      });
    });
