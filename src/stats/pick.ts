// A loop for each type of array: one that meets several is compiled for all of them.

export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The values at some places. */
export function pick<C extends Column>(column: C, places: Uint32Array): C {
  if (column instanceof Uint16Array) return pick16(column, places) as C;
  if (column instanceof Uint8Array) return pick8(column, places) as C;
  if (column instanceof Uint32Array) return pick32(column, places) as C;
  return pick64(column, places) as C;
}

function pick8(column: Uint8Array, places: Uint32Array): Uint8Array {
  const picked = new Uint8Array(places.length);
  for (let index = 0; index < picked.length; index++) picked[index] = column[places[index]!]!;
  return picked;
}

function pick16(column: Uint16Array, places: Uint32Array): Uint16Array {
  const picked = new Uint16Array(places.length);
  for (let index = 0; index < picked.length; index++) picked[index] = column[places[index]!]!;
  return picked;
}

function pick32(column: Uint32Array, places: Uint32Array): Uint32Array {
  const picked = new Uint32Array(places.length);
  for (let index = 0; index < picked.length; index++) picked[index] = column[places[index]!]!;
  return picked;
}

function pick64(column: Float64Array, places: Uint32Array): Float64Array {
  const picked = new Float64Array(places.length);
  for (let index = 0; index < picked.length; index++) picked[index] = column[places[index]!]!;
  return picked;
}

/** Stretches of a column, one after the other. */
export interface Stretches {
  /** Numbers of the stretches that are wanted. */
  readonly places: Uint32Array;
  /** Where each stretch begins, wanted or not, with one more entry for the end. */
  readonly offset: Uint32Array;
  /** How long all that are wanted are together. */
  readonly length: number;
}

/** The column `after` of some sessions, of that of all. */
export function afterOfAll(
  after: Uint32Array,
  offset: Uint32Array,
  places: Uint32Array,
): Uint32Array {
  return pickStretches(after, { places, offset, length: lengthOfAll(offset, places) });
}

/** How long some stretches are together. */
export function lengthOfAll(offset: Uint32Array, places: Uint32Array): number {
  let length = 0;
  for (const place of places) length += offset[place + 1]! - offset[place]!;
  return length;
}

/** The values of some stretches. */
export function pickStretches<C extends Uint8Array | Uint16Array | Uint32Array>(
  column: C,
  stretches: Stretches,
): C {
  if (column instanceof Uint16Array) return stretches16(column, stretches) as C;
  if (column instanceof Uint8Array) return stretches8(column, stretches) as C;
  return stretches32(column as Uint32Array, stretches) as C;
}

function stretches8(column: Uint8Array, { places, offset, length }: Stretches): Uint8Array {
  const picked = new Uint8Array(length);
  let to = 0;
  for (let index = 0; index < places.length; index++) {
    const place = places[index]!;
    const end = offset[place + 1]!;
    for (let from = offset[place]!; from < end; from++) picked[to++] = column[from]!;
  }
  return picked;
}

function stretches16(column: Uint16Array, { places, offset, length }: Stretches): Uint16Array {
  const picked = new Uint16Array(length);
  let to = 0;
  for (let index = 0; index < places.length; index++) {
    const place = places[index]!;
    const end = offset[place + 1]!;
    for (let from = offset[place]!; from < end; from++) picked[to++] = column[from]!;
  }
  return picked;
}

function stretches32(column: Uint32Array, { places, offset, length }: Stretches): Uint32Array {
  const picked = new Uint32Array(length);
  let to = 0;
  for (let index = 0; index < places.length; index++) {
    const place = places[index]!;
    const end = offset[place + 1]!;
    for (let from = offset[place]!; from < end; from++) picked[to++] = column[from]!;
  }
  return picked;
}
