import type { Block } from "./block.ts";

/** Which sessions or events of a block hold something: all, none, or those marked with 1. */
export type Mask = boolean | { readonly of: "session" | "event"; readonly bits: Uint8Array };

export function notMask(mask: Mask): Mask {
  if (typeof mask === "boolean") return !mask;
  return { of: mask.of, bits: mask.bits.map((bit) => bit ^ 1) };
}

/** Both; the masks are not used any more afterwards. */
export const andMasks = (block: Block, a: Mask, b: Mask): Mask => join(block, a, b, false);

/** Either; the masks are not used any more afterwards. */
export const orMasks = (block: Block, a: Mask, b: Mask): Mask => join(block, a, b, true);

/** @param decided What settles the matter alone: `true` for "or", `false` for "and". */
function join(block: Block, a: Mask, b: Mask, decided: boolean): Mask {
  if (typeof a === "boolean") return a === decided ? a : b;
  if (typeof b === "boolean") return b === decided ? b : a;
  const of = a.of === b.of ? a.of : "event";
  const bits = of === a.of ? a.bits : eventBits(block, a.bits);
  const other = of === b.of ? b.bits : eventBits(block, b.bits);
  if (decided) for (let index = 0; index < bits.length; index++) bits[index]! |= other[index]!;
  else for (let index = 0; index < bits.length; index++) bits[index]! &= other[index]!;
  return { of, bits };
}

/** What holds for sessions, said for each of their events. */
export function eventBits(block: Block, sessionBits: Uint8Array): Uint8Array {
  const offset = block.sessionNumbers("offset");
  const bits = new Uint8Array(block.events);
  for (let session = 0; session < sessionBits.length; session++) {
    if (sessionBits[session] === 1) bits.fill(1, offset[session]!, offset[session + 1]!);
  }
  return bits;
}
