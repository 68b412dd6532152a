import type { Block } from "./block.ts";

/**
 * A block of which some sessions count no more.
 *
 * It has a name of its own: what is made of a block is kept under its name.
 */
export function without(block: Block, leftOut: ReadonlySet<number>): Block {
  const ids = [...leftOut].toSorted((a, b) => a - b);
  let skip: Uint8Array | undefined;
  return {
    ...block,
    key: `${block.key}-${Bun.hash(ids.join()).toString(36)}`,
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
