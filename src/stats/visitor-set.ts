/** Ids to a page of the set: 8 KB, so that a set of a few visitors is small. */
const PAGE_BITS = 16;

/** A set of visitors: a bit each, and counted as they come; a `Set` takes forty bytes. */
export interface VisitorSet {
  add(id: number): void;
  readonly size: number;
}

export function createVisitorSet(): VisitorSet {
  const pages: (Uint8Array | undefined)[] = [];
  let size = 0;
  return {
    add(id) {
      const page = (pages[id >>> PAGE_BITS] ??= new Uint8Array(1 << (PAGE_BITS - 3)));
      const place = (id >>> 3) & (page.length - 1);
      const bit = 1 << (id & 7);
      if ((page[place]! & bit) !== 0) return;
      page[place]! |= bit;
      size += 1;
    },
    get size() {
      return size;
    },
  };
}
