import type { Block } from "./block.ts";
import type { Cuts } from "./cuts.ts";
import type { Workbenches } from "./workbench.ts";

/** What one worker holds of one site while it answers a question. */
export interface SiteData {
  readonly siteId: number;
  /**
   * Of the shards of this worker only. A visitor is in one shard, so what workers count of
   * visitors adds up.
   */
  readonly blocks: readonly Block[];
  readonly facts: SiteFacts;
  /** Ids of its visitors are this far apart at least: 2 to this power. */
  readonly idShift?: number;
  /** Where they are not given, nothing is kept from question to question. */
  readonly cuts?: Cuts;
  readonly benches?: Workbenches;
}

/** What figures need to know of a site besides its events. */
export interface SiteFacts {
  /** Id of the term `page_view`, 0 if there is none. */
  readonly viewTerm: number;
  /** Terms of the names that are counted, `viewTerm` among them. */
  readonly counted: ReadonlySet<number>;
  /** @returns `""` for 0. */
  textOf(term: number): string;
  idOf(text: string): number | undefined;
  /** Visitors that are contacts, rising; their events from that moment on are the contact's. */
  tied(): { readonly visitors: Uint32Array; readonly from: Float64Array };
  visitorNumbers(
    ids: readonly number[],
  ): Map<number, { number: number; contactId: number | null; tiedFrom: number | null }>;
}
