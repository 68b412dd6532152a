import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { keepSetting } from "../../store/settings.ts";

const TEXT = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };

const ASK_EVERY_MS = 1000;
const NOT_READY = { status: 503, headers: TEXT };

/**
 * `/healthz` (the process lives), `/readyz` (it can write), and `/metrics` where it is on.
 */
export const publicHealth = ({ config, write, metrics, isStoring, now }: App) => {
  let asked: { readonly at: number; readonly answer: Promise<boolean> } | undefined;

  /** A row, not an empty transaction, which succeeds on a full disk; anybody may ask, so once a second. */
  const canWrite = (): Promise<boolean> => {
    if (asked && now() - asked.at < ASK_EVERY_MS && now() >= asked.at) return asked.answer;
    const writing = write((tx) => keepSetting(tx, "ready-at", now()), "import");
    asked = {
      at: now(),
      answer: writing.then(
        () => true,
        () => false,
      ),
    };
    return asked.answer;
  };

  return new Elysia()
    .get("/healthz", () => new Response("ok\n", { headers: TEXT }))
    .get("/readyz", async () => {
      if (!(await canWrite())) return new Response("The database cannot be written\n", NOT_READY);
      if (isStoring()) return new Response("ready\n", { headers: TEXT });
      return new Response("Events are not stored; the log has the reason\n", NOT_READY);
    })
    .get("/metrics", () => {
      if (!config.metrics) return new Response("Not found\n", { status: 404 });
      return new Response(metrics.text(), {
        headers: { ...TEXT, "content-type": "text/plain; version=0.0.4; charset=utf-8" },
      });
    });
};
