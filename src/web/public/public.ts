import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { answerTo } from "../errors.ts";
import { publicHealth } from "./health.ts";
import { publicLinks } from "./links.tsx";
import { publicPixel } from "./pixel.ts";

/** What strangers reach, on every host. */
export const publicWeb = (app: App) =>
  new Elysia()
    .onError(({ error, code }) => {
      if (code === "NOT_FOUND") return new Response("Not found\n", { status: 404 });
      const { status, message, headers } = answerTo(error);
      if (status === 500) app.log.error("a public request failed", error);
      return new Response(`${message}\n`, { status, headers });
    })
    .use(publicPixel(app))
    .use(publicLinks(app))
    .use(publicHealth(app));
