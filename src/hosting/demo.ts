import { addDefinition } from "../events/queries.ts";
import { addSite, findSiteByDomain } from "../sites/queries.ts";
import { newSite } from "../sites/new-site.ts";
import type { Site } from "../sites/site.ts";
import type { Store } from "../store/connection.ts";

/** The name of the demo site; browsers resolve names under localhost to this machine. */
export const DEMO_HOST = "demo.localhost";

/**
 * Finds the demo site, making it with the events of a small shop at the first time.
 *
 * @param seal Encrypts its secret for the database.
 */
export async function ensureDemoSite(
  tx: Store,
  seal: (text: string) => string,
  now: number,
): Promise<Site> {
  const known = await findSiteByDomain(tx, DEMO_HOST);
  if (known) return known;
  const site = await addSite(tx, newSite(DEMO_HOST, "storage", "demo", seal), now);
  for (const name of ["add_to_cart", "purchase", "newsletter_signup"]) {
    await addDefinition(tx, site.id, { name, trigger: "manual", conditions: [] }, now);
  }
  const pricing = [{ kind: "url", operator: "contains", value: "/pricing" }];
  const reader = [{ kind: "scroll", operator: "more", value: "50" }];
  await addDefinition(
    tx,
    site.id,
    { name: "viewed_pricing", trigger: "automatic", conditions: pricing },
    now,
  );
  await addDefinition(
    tx,
    site.id,
    { name: "scrolled_half", trigger: "automatic", conditions: reader },
    now,
  );
  return site;
}
