import { release } from "../lib/release.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import type { Numbers } from "./codec.ts";

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

/** Bytes that a whole number up to `most` takes. */
export function bytesFor(most: number): number {
  let bytes = 0;
  for (let rest = most; rest >= 1; rest /= 256) bytes += 1;
  return bytes;
}

const TWO_TO_32 = 2 ** 32;

/**
 * Splits whole numbers into planes, lowest bytes first.
 *
 * @param base Taken off each number; none is less, or above it by 2^53.
 * @param count How many planes hold the largest.
 */
export function toPlanes(values: ArrayLike<number>, base: number, count: number): Uint8Array[] {
  const low = new Uint32Array(values.length);
  const high = new Uint32Array(count > 4 ? values.length : 0);
  for (let index = 0; index < low.length; index += 1) {
    const value = values[index]! - base;
    low[index] = value;
    if (count > 4) high[index] = value / TWO_TO_32;
  }
  return Array.from({ length: count }, (_, place) =>
    place < 4 ? planeOf(low, place * 8) : planeOf(high, (place - 4) * 8),
  );
}

function planeOf(values: Uint32Array, shift: number): Uint8Array {
  const plane = new Uint8Array(values.length);
  for (let index = 0; index < plane.length; index += 1) plane[index] = values[index]! >>> shift;
  return plane;
}

/**
 * Puts planes together again.
 *
 * Each loop writes one kind of array, whatever is wanted in the end: a loop that meets several
 * is compiled for all of them and takes four times as long. Copying to another kind is native.
 *
 * @param into Written from front to back, whatever was in it.
 */
export function joinPlanes(planes: readonly Uint8Array[], into: Numbers): void {
  const [first, second, third, fourth] = planes as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  if (planes.length === 1) {
    into.set(first);
    return;
  }
  if (planes.length === 2) {
    const joined = into instanceof Uint16Array ? into : new Uint16Array(into.length);
    joinTwo(first, second, joined);
    moveTo(into, joined);
    return;
  }
  const joined = into instanceof Uint32Array ? into : new Uint32Array(into.length);
  if (planes.length === 3) joinThree(first, second, third, joined);
  else joinFour(first, second, third, fourth, joined);
  moveTo(into, joined);
  if (planes.length > 4) addHigher(into, planes);
}

function moveTo(into: Numbers, joined: Uint16Array | Uint32Array): void {
  if (joined === into) return;
  into.set(joined);
  release(joined);
}

function joinTwo(first: Uint8Array, second: Uint8Array, joined: Uint16Array): void {
  for (let index = 0; index < joined.length; index += 1) {
    joined[index] = first[index]! | (second[index]! << 8);
  }
}

function joinThree(
  first: Uint8Array,
  second: Uint8Array,
  third: Uint8Array,
  joined: Uint32Array,
): void {
  for (let index = 0; index < joined.length; index += 1) {
    joined[index] = first[index]! | (second[index]! << 8) | (third[index]! << 16);
  }
}

function joinFour(
  first: Uint8Array,
  second: Uint8Array,
  third: Uint8Array,
  fourth: Uint8Array,
  joined: Uint32Array,
): void {
  for (let index = 0; index < joined.length; index += 1) {
    joined[index] =
      first[index]! | (second[index]! << 8) | (third[index]! << 16) | (fourth[index]! << 24);
  }
}

function addHigher(values: Numbers, planes: readonly Uint8Array[]): void {
  for (let place = 4; place < planes.length; place += 1) {
    const plane = planes[place]!;
    const unit = 256 ** place;
    for (let index = 0; index < values.length; index += 1) values[index]! += plane[index]! * unit;
  }
}
