import type { Connection } from "../store/connection.ts";

export type IsKnown = (siteId: number, text: string) => boolean;

/** Gives the integer for a recorded string of a site. */
export interface Terms {
  /**
   * Looks up, or makes, what a batch needs; call before `idOf`.
   *
   * @param want Told which strings are known, it says which others are needed, by site.
   */
  intern(
    connection: Connection,
    want: (isKnown: IsKnown) => ReadonlyMap<number, ReadonlySet<string>>,
  ): void;
  /** The id of a string that was interned. */
  idOf(siteId: number, text: string): number;
  forget(): void;
}

/** Strings kept in memory, over all sites; past it the whole memory is let go and fills anew. */
const MOST_KEPT = 100_000;

/** A string has one id per site, held by a unique index: two would split groups silently. */
export function createTerms(): Terms {
  let known = new Map<number, Map<string, number>>();
  let size = 0;

  const keep = (siteId: number, text: string, id: number) => {
    let ofSite = known.get(siteId);
    if (!ofSite) {
      ofSite = new Map();
      known.set(siteId, ofSite);
    }
    ofSite.set(text, id);
    size += 1;
  };

  return {
    intern(connection, want) {
      // Before it is asked what is known: what is let go later would be missed.
      if (size > MOST_KEPT) {
        known = new Map();
        size = 0;
      }
      const isKnown: IsKnown = (siteId, text) => known.get(siteId)?.has(text) === true;
      for (const [siteId, texts] of want(isKnown)) {
        const missing = [...texts];
        for (const { id, text } of findTerms(connection, siteId, missing)) keep(siteId, text, id);
        for (const text of missing) {
          if (!isKnown(siteId, text)) keep(siteId, text, addTerm(connection, siteId, text));
        }
      }
    },
    idOf(siteId, text) {
      const id = known.get(siteId)?.get(text);
      if (id === undefined) throw new Error(`No term for "${text}" of site ${siteId}`);
      return id;
    },
    forget() {
      known = new Map();
      size = 0;
    },
  };
}

function findTerms(connection: Connection, siteId: number, texts: readonly string[]) {
  return connection
    .prepare(
      `/* findTerms */ select t.id, t.text from json_each(?) j
       cross join terms t on t.site_id = ? and t.text = j.value`,
    )
    .all([JSON.stringify(texts), siteId]) as { id: number; text: string }[];
}

/** Finds it if it is there all the same: a text that comes back changed must not stop a batch. */
function addTerm(connection: Connection, siteId: number, text: string): number {
  const row = connection
    .prepare(
      `insert into terms (site_id, text) values (?, ?)
       on conflict (site_id, text) do update set text = excluded.text returning id`,
    )
    .get([siteId, text]) as { id: number };
  return row.id;
}
