import type { Scratch } from "./scratch.ts";

// Loops that meet one type of array only are several times quicker. Columns hold 16 bits nearly
// always; what does not is copied first, and has a loop of its own.

export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** Writes what the codes from `first` to before `end` stand for. */
export function lookUp(
  scratch: Scratch,
  codes: Codes,
  first: number,
  end: number,
  numbers: Uint32Array,
  out: Int32Array,
): void {
  if (codes instanceof Uint16Array) look16(codes, first, end, numbers, out);
  else if (codes instanceof Uint8Array) look8(codes, first, end, numbers, out);
  else look32(scratch.copy(codes.subarray(first, end)), end - first, numbers, out);
}

function look8(
  codes: Uint8Array,
  first: number,
  end: number,
  numbers: Uint32Array,
  out: Int32Array,
): void {
  for (let place = first; place < end; place++) out[place - first] = numbers[codes[place]!]!;
}

function look16(
  codes: Uint16Array,
  first: number,
  end: number,
  numbers: Uint32Array,
  out: Int32Array,
): void {
  for (let place = first; place < end; place++) out[place - first] = numbers[codes[place]!]!;
}

function look32(codes: Uint32Array, length: number, numbers: Uint32Array, out: Int32Array): void {
  for (let place = 0; place < length; place++) out[place] = numbers[codes[place]!]!;
}

/** The same as one byte for each code of the column. */
export function lookUpBits(codes: Codes, table: Uint8Array): Uint8Array {
  const bits = new Uint8Array(codes.length);
  if (codes instanceof Uint16Array) bits16(codes, table, bits);
  else if (codes instanceof Uint8Array) bits8(codes, table, bits);
  else bits32(codes, table, bits);
  return bits;
}

function bits8(codes: Uint8Array, table: Uint8Array, bits: Uint8Array): void {
  for (let place = 0; place < bits.length; place++) bits[place] = table[codes[place]!]!;
}

function bits16(codes: Uint16Array, table: Uint8Array, bits: Uint8Array): void {
  for (let place = 0; place < bits.length; place++) bits[place] = table[codes[place]!]!;
}

function bits32(codes: Uint32Array, table: Uint8Array, bits: Uint8Array): void {
  for (let place = 0; place < bits.length; place++) bits[place] = table[codes[place]!]!;
}

/**
 * Writes the group of every place whose code is the wanted one, and -1 for the others.
 *
 * Without a branch: which it is cannot be foreseen.
 */
export function keepEqual(
  scratch: Scratch,
  codes: Codes,
  first: number,
  end: number,
  wanted: number,
  groups: Int32Array,
  out: Int32Array,
): void {
  if (codes instanceof Uint16Array) equal16(codes, first, end, wanted, groups, out);
  else if (codes instanceof Uint8Array) equal8(codes, first, end, wanted, groups, out);
  else equal32(scratch.copy(codes.subarray(first, end)), end - first, wanted, groups, out);
}

function equal8(
  codes: Uint8Array,
  first: number,
  end: number,
  wanted: number,
  groups: Int32Array,
  out: Int32Array,
): void {
  for (let place = first; place < end; place++) {
    const apart = codes[place]! ^ wanted;
    out[place - first] = groups[place - first]! | ((apart | -apart) >> 31);
  }
}

function equal16(
  codes: Uint16Array,
  first: number,
  end: number,
  wanted: number,
  groups: Int32Array,
  out: Int32Array,
): void {
  for (let place = first; place < end; place++) {
    const apart = codes[place]! ^ wanted;
    out[place - first] = groups[place - first]! | ((apart | -apart) >> 31);
  }
}

function equal32(
  codes: Uint32Array,
  length: number,
  wanted: number,
  groups: Int32Array,
  out: Int32Array,
): void {
  for (let place = 0; place < length; place++) {
    const apart = codes[place]! ^ wanted;
    out[place] = groups[place]! | ((apart | -apart) >> 31);
  }
}
