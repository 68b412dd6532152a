import type { VisitorRange } from "./order.ts";
import type { Slice } from "./slice.ts";

/** What a range of visitors has at most. */
export interface Room {
  readonly sessions: number;
  readonly events: number;
}

/** Counts distinct visitors of groups, for one range of visitors after the other. */
export interface Visitors {
  /**
   * @param groups How many there are.
   * @param idShift Ids of visitors are this far apart at least: 2 to this power.
   */
  begin(range: VisitorRange, room: Room, groups: number, idShift: number): void;
  /** Sessions that are in the only group there is. @param mask 1 for those; undefined for all. */
  addAll(slice: Slice, mask: Uint8Array | undefined): void;
  /** @param groups Of each session; -1 where it is in none. */
  addSessions(slice: Slice, groups: Int32Array): void;
  /** @param groups Of each event; -1 where it is in none. It is longer by `READ_AHEAD`. */
  addEvents(slice: Slice, groups: Int32Array): void;
  /** Sessions that reached the goal. */
  addGoals(slice: Slice): void;
  /**
   * @param reached Whether only visitors count who reached the goal; nobody else is known then.
   * @param to Where the visitors of each group are added.
   * @returns How many distinct visitors are in any of the groups.
   */
  end(reached: boolean, to: Float64Array): number;
}
