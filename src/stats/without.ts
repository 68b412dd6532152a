import type { Block } from "./block.ts";

/** A block of which some sessions count no more. */
export function without(block: Block, leftOut: ReadonlySet<number>): Block {
  let skip: Uint8Array | undefined;
  return {
    ...block,
    // Found when it is first asked for: most questions are about other days.
    get skip() {
      return (skip ??= skipOf(block, leftOut));
    },
  };
}

function skipOf(block: Block, leftOut: ReadonlySet<number>): Uint8Array {
  const session = block.sessionNumbers("session");
  return Uint8Array.from(session, (id) => Number(leftOut.has(id)));
}
