import { and, asc, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { Refusal } from "../lib/errors.ts";
import type { Store } from "../store/connection.ts";
import { sites } from "../store/schema.ts";
import type { PrivacyMode, Site } from "./site.ts";

const COLUMNS = {
  id: sites.id,
  key: sites.key,
  domain: sites.domain,
  kind: sites.kind,
  privacy: sites.privacy,
  furtherDomains: sites.furtherDomains,
  engagement: sites.engagement,
  firstEventAt: sites.firstEventAt,
  createdAt: sites.createdAt,
};

/** Lists the sites in the order of their domains. */
export function listSites(store: Store): Promise<Site[]> {
  return store
    .select(COLUMNS)
    .from(sites)
    .where(isNull(sites.removedAt))
    .orderBy(asc(sites.domain));
}

/** Lists sites that were removed and can be brought back: nobody tracks their domain anew. */
export function listRemovedSites(store: Store) {
  return store
    .select({ key: sites.key, domain: sites.domain, removedAt: sites.removedAt })
    .from(sites)
    .where(
      and(
        isNotNull(sites.removedAt),
        sql`${sites.domain} not in (select domain from sites where removed_at is null)`,
      ),
    )
    .orderBy(desc(sites.removedAt));
}

/** Finds a site by its public key. */
export async function findSite(store: Store, key: string): Promise<Site | undefined> {
  const [site] = await store
    .select(COLUMNS)
    .from(sites)
    .where(and(eq(sites.key, key), isNull(sites.removedAt)));
  return site;
}

/** @throws {Refusal} `missing`, if no site has this key. */
export async function getSite(store: Store, key: string): Promise<Site> {
  const site = await findSite(store, key);
  if (site) return site;
  throw new Refusal("missing", "There is no such site. It may have been removed");
}

/** Finds the site of a domain. */
export async function findSiteByDomain(store: Store, domain: string): Promise<Site | undefined> {
  const [site] = await store
    .select(COLUMNS)
    .from(sites)
    .where(and(eq(sites.domain, domain), isNull(sites.removedAt)));
  return site;
}

/** What a new site is made from; key and secret are made by the caller. */
export interface NewSite {
  readonly domain: string;
  readonly key: string;
  readonly kind: "website" | "demo";
  readonly privacy: PrivacyMode;
  readonly identifySecret: string;
}

/** @throws {Refusal} `conflict`, if the domain is tracked already. */
export async function addSite(tx: Store, site: NewSite, now: number): Promise<Site> {
  if (await findSiteByDomain(tx, site.domain)) {
    throw new Refusal("conflict", `${site.domain} is tracked already`);
  }
  const [added] = await tx
    .insert(sites)
    .values({ ...site, furtherDomains: [], createdAt: now })
    .returning(COLUMNS);
  return added!;
}

/** Changes what the owner may change of a site. */
export async function changeSite(
  tx: Store,
  key: string,
  change: Partial<{
    privacy: PrivacyMode;
    furtherDomains: string[];
    identifySecret: string;
    engagement: boolean;
  }>,
): Promise<void> {
  await tx.update(sites).set(change).where(eq(sites.key, key));
}

/** Takes a site out of sight; its data stays until it is erased, so this can be undone. */
export async function removeSite(tx: Store, key: string, now: number): Promise<void> {
  await tx.update(sites).set({ removedAt: now }).where(eq(sites.key, key));
}

/** @throws {Refusal} `conflict`, if its domain was added anew meanwhile. */
export async function restoreSite(tx: Store, key: string): Promise<void> {
  const [gone] = await tx
    .select({ domain: sites.domain })
    .from(sites)
    .where(and(eq(sites.key, key), isNotNull(sites.removedAt)));
  if (!gone) return;
  if (await findSiteByDomain(tx, gone.domain)) {
    throw new Refusal("conflict", `${gone.domain} has been added anew meanwhile`);
  }
  await tx.update(sites).set({ removedAt: null }).where(eq(sites.key, key));
}

/** Lists the sealed secrets with which the sites' servers sign who a visitor is. */
export function listIdentifySecrets(store: Store) {
  return store
    .select({ id: sites.id, secret: sites.identifySecret })
    .from(sites)
    .where(isNull(sites.removedAt));
}
