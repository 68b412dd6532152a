import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import type { ApiKey } from "../../auth/api-key.ts";
import { Refusal } from "../../lib/errors.ts";
import { listSites } from "../../sites/queries.ts";
import type { Site } from "../../sites/site.ts";
import { keyHolder, type CheckKey } from "./key-holder.ts";

/** `GET /api/v1/sites`. */
export const apiSites = (app: App, check: CheckKey) =>
  new Elysia({ prefix: "/v1/sites" })
    .use(keyHolder(check, "sites:read"))
    .get("/", async ({ holder }) => ({
      sites: (await listSitesOf(app, holder)).map(toAnswer),
    }));

/** The sites a key is good for. */
async function listSitesOf({ store }: App, { siteId }: ApiKey): Promise<Site[]> {
  const sites = await listSites(store);
  return sites.filter(({ id }) => siteId === null || id === siteId);
}

/**
 * Finds the sites a program asks about.
 *
 * One that the key is not good for is answered like one that does not exist.
 *
 * @throws {Refusal} `missing`, if one is not there.
 */
export async function findSites(
  app: App,
  holder: ApiKey,
  keys: readonly string[],
  field: string,
): Promise<Site[]> {
  const known = new Map((await listSitesOf(app, holder)).map((site) => [site.key, site]));
  return [...new Set(keys)].map((key) => {
    const site = known.get(key);
    if (site) return site;
    throw new Refusal(
      "missing",
      `${field}: this key knows no site "${key}"; GET /api/v1/sites lists them`,
      { field },
    );
  });
}

const toAnswer = ({
  key,
  domain,
  kind,
  privacy,
  furtherDomains,
  firstEventAt,
  createdAt,
}: Site) => ({
  key,
  domain,
  kind,
  privacy,
  furtherDomains,
  firstEventAt: firstEventAt === null ? null : new Date(firstEventAt).toISOString(),
  createdAt: new Date(createdAt).toISOString(),
});
