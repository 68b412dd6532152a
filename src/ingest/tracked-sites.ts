import { listDefinitions } from "../events/queries.ts";
import { listIdentifySecrets, listSites } from "../sites/queries.ts";
import type { Store } from "../store/connection.ts";
import type { TrackedSite } from "./hit.ts";

/** The sites with their definitions, in memory: each event asks for its own. */
export interface TrackedSites {
  find(key: string): TrackedSite | undefined;
  findById(id: number): TrackedSite | undefined;
  all(): Iterable<TrackedSite>;
  /** The secret with which a site's server signs who its visitors are. */
  identifySecretOf(id: number): string | undefined;
  /** Reads them anew; to be called after any change to a site or a definition. */
  reload(): Promise<void>;
  /** Counts reloads, so that what is made from a site knows when it is stale. */
  version(): number;
}

export function createTrackedSites(
  store: Store,
  open: (sealed: string) => string | undefined,
): TrackedSites {
  let byKey = new Map<string, TrackedSite>();
  let byId = new Map<number, TrackedSite>();
  let secrets = new Map<number, string>();
  let version = 0;

  return {
    find: (key) => byKey.get(key),
    findById: (id) => byId.get(id),
    all: () => byKey.values(),
    identifySecretOf: (id) => secrets.get(id),
    version: () => version,
    async reload() {
      const sites = await listSites(store);
      const definitions = await listDefinitions(store);
      const tracked = sites.map((site) => ({
        ...site,
        definitions: new Map(
          definitions
            .filter(({ siteId }) => siteId === site.id)
            .map((definition) => [definition.name, definition]),
        ),
      }));
      secrets = new Map();
      for (const { id, secret } of await listIdentifySecrets(store)) {
        const opened = open(secret);
        if (opened !== undefined) secrets.set(id, opened);
      }
      byKey = new Map(tracked.map((site) => [site.key, site]));
      byId = new Map(tracked.map((site) => [site.id, site]));
      version += 1;
    },
  };
}
