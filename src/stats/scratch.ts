type Column = Uint8Array | Uint16Array | Uint32Array;

/**
 * Room to copy columns to, whatever their type: a loop that only ever sees one type of array is
 * several times quicker, and a copy costs next to nothing.
 */
export interface Scratch {
  /** As long as the column at least; good until the next call. */
  copy(column: Column): Uint32Array;
}

export function createScratch(): Scratch {
  let room = new Uint32Array(0);
  return {
    copy(column) {
      if (room.length < column.length) room = new Uint32Array(column.length * 2);
      room.set(column);
      return room;
    },
  };
}
