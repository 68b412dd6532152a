import type { PropertyColumn } from "./block.ts";

interface Gathered {
  readonly numberAt: number[];
  readonly numbers: number[];
  readonly otherAt: number[];
  readonly codes: number[];
  readonly values: string[];
  readonly known: Map<string, number>;
}

/** Collects the properties of events, one event after the other. */
export interface PropertyColumns {
  /** @param at Place of the event in the block; rises from call to call. */
  add(at: number, properties: Readonly<Record<string, unknown>>): void;
  /** By key, sorted. */
  columns(): Map<string, PropertyColumn>;
}

export function createPropertyColumns(): PropertyColumns {
  const byKey = new Map<string, Gathered>();

  const gathered = (key: string): Gathered => {
    let found = byKey.get(key);
    if (!found) {
      found = { numberAt: [], numbers: [], otherAt: [], codes: [], values: [], known: new Map() };
      byKey.set(key, found);
    }
    return found;
  };

  return {
    add(at, properties) {
      for (const [key, value] of Object.entries(properties)) {
        if (value === undefined) continue;
        const of = gathered(key);
        if (typeof value === "number") {
          of.numberAt.push(at);
          of.numbers.push(value);
          continue;
        }
        of.otherAt.push(at);
        of.codes.push(codeOf(of, JSON.stringify(value)));
      }
    },
    columns: () =>
      new Map(
        [...byKey]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, of]) => [key, columnOf(of)] as const),
      ),
  };
}

function codeOf({ known, values }: Gathered, value: string): number {
  let code = known.get(value);
  if (code === undefined) {
    code = values.length;
    known.set(value, code);
    values.push(value);
  }
  return code;
}

const columnOf = (of: Gathered): PropertyColumn => ({
  numbers: { at: Uint32Array.from(of.numberAt), values: Float64Array.from(of.numbers) },
  others: {
    at: Uint32Array.from(of.otherAt),
    codes: Uint32Array.from(of.codes),
    values: of.values,
  },
});
