import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { apiDescription } from "./description.tsx";
import { apiErrors } from "./errors.ts";
import { createKeyCheck } from "./key-holder.ts";
import { apiEvents } from "./events.ts";
import { apiFunnel } from "./funnel.ts";
import { apiRetention } from "./retention.ts";
import { apiSites } from "./sites.ts";
import { apiStats } from "./stats.ts";

/** What programs reach, on the admin's own host. */
export const apiWeb = (app: App) => {
  const check = createKeyCheck(app);
  return new Elysia({ prefix: "/api" })
    .use(apiErrors(app))
    .use(apiDescription(app))
    .use(apiSites(app, check))
    .use(apiStats(app, check))
    .use(apiFunnel(app, check))
    .use(apiRetention(app, check))
    .use(apiEvents(app, check));
};
