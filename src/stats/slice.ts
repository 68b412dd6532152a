import type { Block } from "./block.ts";

/** A stretch of a block: sessions, and the events of them. */
export interface Slice {
  readonly block: Block;
  readonly offset: Uint32Array;
  /** Places of sessions, half-open. */
  readonly from: number;
  readonly until: number;
}

export const lengthOf = ({ offset, from, until }: Slice, of: "session" | "event"): number =>
  of === "session" ? until - from : offset[until]! - offset[from]!;
