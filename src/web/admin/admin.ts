import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { adminContacts } from "./contacts.tsx";
import { adminEmail } from "./email.tsx";
import { adminErrors } from "./errors.tsx";
import { adminEventStatistics } from "./event-statistics.tsx";
import { adminEvents } from "./events.tsx";
import { adminFilters } from "./filters.tsx";
import { adminFlows } from "./flows.tsx";
import { adminFunnels } from "./funnels.tsx";
import { adminGoals } from "./goals.tsx";
import { adminLists } from "./list.tsx";
import { adminKeys } from "./keys.tsx";
import { adminLive } from "./live.tsx";
import { adminOverview } from "./overview.tsx";
import { adminPeople } from "./people.tsx";
import { adminRefused } from "./refused.tsx";
import { adminRetention } from "./retention.tsx";
import { adminRuns } from "./runs.tsx";
import { adminSavedViews } from "./saved-views.tsx";
import { adminSettings } from "./settings.tsx";
import { adminSignIn } from "./sign-in.tsx";
import { adminKeep } from "./keep.tsx";
import { adminSite } from "./site.tsx";
import { adminSites } from "./sites.tsx";
import { adminStatistics } from "./statistics.tsx";
import { staticFiles } from "../static.ts";

/** What answers on the admin's own host. */
export const adminWeb = (app: App) =>
  new Elysia()
    .use(adminErrors(app))
    .use(staticFiles())
    .use(adminSignIn(app))
    .group("/admin", (admin) =>
      admin
        .use(adminOverview(app))
        .use(adminLive(app))
        .use(adminSites(app))
        .use(adminSite(app))
        .use(adminKeep(app))
        .use(adminRefused(app))
        .use(adminStatistics(app))
        .use(adminFilters(app))
        .use(adminLists(app))
        .use(adminSavedViews(app))
        .use(adminEvents(app))
        .use(adminEventStatistics(app))
        .use(adminGoals(app))
        .use(adminFunnels(app))
        .use(adminRetention(app))
        .use(adminContacts(app))
        .use(adminFlows(app))
        .use(adminPeople(app))
        .use(adminRuns(app))
        .use(adminEmail(app))
        .use(adminKeys(app))
        .use(adminSettings(app)),
    );
