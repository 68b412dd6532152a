import type { ByteReader, ByteWriter } from "./bytes.ts";

// Numbers are stored byte by byte: all lowest bytes, then all second ones, and so on. The high
// ones are nearly all alike and shrink to nothing; the low ones of times are noise, which is
// stored as it is, since it would be unpacked for nothing.

/** Level 1 is as small as 3 here, and a per cent or two larger than 9, at a fraction of the time. */
const LEVEL = 1;
/** What packing must save to be worth the unpacking. */
const WORTHWHILE = 0.97;

export function writePlanes(writer: ByteWriter, planes: readonly Uint8Array[]): void {
  for (const plane of planes) {
    const packed = Bun.zstdCompressSync(plane, { level: LEVEL });
    const stored = packed.length < plane.length * WORTHWHILE ? packed : plane;
    writer.u32(stored.length);
    writer.bytes(stored);
  }
}

/**
 * @param length Of each plane.
 * @throws {RangeError} if a plane is of another length.
 */
export function readPlanes(reader: ByteReader, count: number, length: number): Uint8Array[] {
  return Array.from({ length: count }, () => {
    const stored = reader.bytes(reader.u32());
    // What is packed is always shorter than the plane.
    const plane = stored.length === length ? stored : Bun.zstdDecompressSync(stored);
    if (plane.length !== length) throw new RangeError(`${plane.length} bytes, not ${length}`);
    return plane;
  });
}

/**
 * Splits whole numbers into planes, lowest bytes first.
 *
 * @param values None is negative or above 2^53.
 */
export function toPlanes(values: ArrayLike<number>, most: number): Uint8Array[] {
  const planes: Uint8Array[] = [];
  for (let rest = most, unit = 1; rest >= 1; rest = Math.floor(rest / 256), unit *= 256) {
    planes.push(planeOf(values, unit));
  }
  return planes;
}

function planeOf(values: ArrayLike<number>, unit: number): Uint8Array {
  const plane = new Uint8Array(values.length);
  for (let index = 0; index < plane.length; index += 1) {
    plane[index] = Math.floor(values[index]! / unit) % 256;
  }
  return plane;
}

type Whole = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Puts planes together again, and adds `base` to each number. */
export function fromPlanes(planes: readonly Uint8Array[], base: number, into: Whole): void {
  const [first, second, third] = planes;
  // One loop for each width: this is most of the time of a question asked for the first time.
  if (!first) into.fill(base);
  else if (!second) addOne(first, base, into);
  else if (!third) addTwo(first, second, base, into);
  else addMany(planes, base, into);
}

function addOne(first: Uint8Array, base: number, into: Whole): void {
  if (base === 0) into.set(first);
  else for (let index = 0; index < into.length; index += 1) into[index] = base + first[index]!;
}

function addTwo(first: Uint8Array, second: Uint8Array, base: number, into: Whole): void {
  for (let index = 0; index < into.length; index += 1) {
    into[index] = base + (first[index]! | (second[index]! << 8));
  }
}

function addMany(planes: readonly Uint8Array[], base: number, into: Whole): void {
  const [first, second, third] = planes as [Uint8Array, Uint8Array, Uint8Array];
  for (let index = 0; index < into.length; index += 1) {
    into[index] = base + (first[index]! | (second[index]! << 8) | (third[index]! << 16));
  }
  for (let place = 3, unit = 2 ** 24; place < planes.length; place += 1, unit *= 256) {
    const plane = planes[place]!;
    for (let index = 0; index < into.length; index += 1) into[index]! += plane[index]! * unit;
  }
}
