import { giveUpRoom, readyBytes } from "./rooms.ts";

/** A decoded column, with the bytes it takes. */
export interface Sized<T> {
  readonly value: T;
  readonly sizeBytes: number;
}

/** Decoded columns, up to a number of bytes; which one goes for another is left to chance. */
export interface ColumnCache {
  /** Makes the place where the columns of one block are kept. */
  open(): BlockColumns;
  readonly sizeBytes: number;
}

/** The columns of one block that are kept. */
export interface BlockColumns {
  /**
   * What is kept under a name, or what `make` makes.
   *
   * It is asked thousands of times a question. Hence a map for each block: to put the names of
   * block and column together took longer than to count what is in the column.
   *
   * @throws whatever `make` throws; then nothing is kept.
   */
  take<T>(name: string, make: () => Sized<T>): T;
}

interface Kept extends Sized<unknown> {
  readonly name: string;
  readonly of: Map<string, Kept>;
  /** In the list to choose from. */
  place: number;
}

/** So much is unpacked between two calls of `collect`. */
const COLLECT_BYTES = 8 * 1024 * 1024;

/**
 * Makes a cache that stays useful when a question reads a little more than fits.
 *
 * Questions read columns in the same order again and again. If what was not asked for longest
 * went first, each column would go just before its turn, and nothing would ever be found: a
 * period a tenth too long for the budget took six times as long. By chance most stay.
 *
 * @param collect Frees what unpacking has left behind: as much again as what is kept, which the
 *   engine of the language does not see, so that it comes for it late.
 */
export function createColumnCache(
  budgetBytes: number,
  collect: () => void = () => {},
): ColumnCache {
  const list: Kept[] = [];
  let sizeBytes = 0;
  let madeBytes = 0;
  let chance = 1;

  /** Of equal questions equal columns go, so that times can be compared. */
  const draw = (below: number): number => {
    chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((chance / 2 ** 32) * below);
  };

  const remove = (going: Kept) => {
    const last = list.pop()!;
    if (last !== going) {
      list[going.place] = last;
      last.place = going.place;
    }
    going.of.delete(going.name);
    sizeBytes -= going.sizeBytes;
  };

  return {
    open() {
      const kept = new Map<string, Kept>();
      return {
        take<T>(name: string, make: () => Sized<T>): T {
          const found = kept.get(name);
          if (found) return found.value as T;
          const made = make();
          madeBytes += made.sizeBytes;
          if (madeBytes > COLLECT_BYTES) {
            madeBytes = 0;
            collect();
          }
          if (made.sizeBytes > budgetBytes) return made.value;
          // To make one column another may have been taken, never the same.
          while (sizeBytes + readyBytes() + made.sizeBytes > budgetBytes) {
            if (readyBytes() > 0) giveUpRoom();
            else remove(list[draw(list.length)]!);
          }
          const entry = { ...made, name, of: kept, place: list.length };
          kept.set(name, entry);
          list.push(entry);
          sizeBytes += made.sizeBytes;
          return made.value;
        },
      };
    },
    get sizeBytes() {
      return sizeBytes;
    },
  };
}
