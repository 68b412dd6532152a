import { release } from "../lib/release.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { bytesFor, joinPlanes, readPlanes, toPlanes, writePlanes } from "./planes.ts";
import { roomFor } from "./rooms.ts";

// A list of numbers is stored in as many bytes each as the largest needs, less the smallest of
// them if that spares a byte. Rising ones are stored as steps first; fractions such as prices as whole
// numbers of the smallest decimal place they all have, and as they are if there is none.

const PLAIN = 0;
const STEPS = 1;
const RAW = 2;

/** Beyond it, adding and dividing would no longer be exact. */
const WIDEST = 2 ** 48;

export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** What is decoded into. */
export type NumbersOf<T extends Numbers> = {
  new (length: number): T;
  new (buffer: ArrayBuffer, offset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
};

/** @param rising If no number is less than the one before it. */
export function writeNumbers(writer: ByteWriter, values: ArrayLike<number>, rising = false): void {
  if (rising) {
    writeWhole(writer, STEPS, stepsOf(values), 0);
    return;
  }
  const places = decimalPlaces(values);
  if (places === undefined) writeRaw(writer, values);
  else writeWhole(writer, PLAIN, places === 0 ? values : scaled(values, 10 ** places), places);
}

export interface ReadOptions {
  /** Whether they stay, so that a room that is ready is well spent on them. */
  readonly isKept?: boolean;
  /** Taken off all of them, of which none is less. */
  readonly origin?: number;
}

/** @throws {RangeError} if it is not what was written. */
export function readNumbers<T extends Numbers>(
  reader: ByteReader,
  type: NumbersOf<T>,
  { isKept = true, origin = 0 }: ReadOptions = {},
): T {
  const mode = reader.u32();
  const length = reader.u32();
  if (mode === RAW && origin === 0) return readRaw(reader, length, type);
  const count = reader.u32();
  const places = reader.u32();
  if (origin !== 0 && (mode !== PLAIN || places !== 0)) {
    throw new RangeError(`Numbers of another kind: ${mode}`);
  }
  const base = reader.f64() - origin;
  if (count === 0 && mode === PLAIN && places === 0) return constant(type, base, length);

  const planes = readPlanes(reader, count, length);
  const values = planes.length > 0 && isKept ? roomFor(type, length) : new type(length);
  if (planes.length > 0) joinPlanes(planes, values);
  for (const plane of planes) release(plane);
  if (base !== 0) addToAll(values, base);
  if (mode === STEPS) addUp(values);
  const unit = 10 ** places;
  if (places > 0) for (let index = 0; index < length; index += 1) values[index]! /= unit;
  return values;
}

/** Numbers that are put together one by one, as they are asked for. */
export interface LazyNumbers {
  readonly length: number;
  readonly sizeBytes: number;
  at(index: number): number;
}

/** @throws {RangeError} if it is not what was written, or numbers that rise or are fractions. */
export function readLazily(reader: ByteReader): LazyNumbers {
  const [mode, length, count, places] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
  if (mode !== PLAIN || places !== 0) throw new RangeError(`Numbers of another kind: ${mode}`);
  const base = reader.f64();
  const planes = readPlanes(reader, count, length);
  return {
    length,
    sizeBytes: planes.reduce((sum, plane) => sum + plane.length, 0),
    at(index) {
      let value = base;
      for (let place = 0, unit = 1; place < planes.length; place += 1, unit *= 256) {
        value += planes[place]![index]! * unit;
      }
      return value;
    },
  };
}

function addToAll(values: Numbers, base: number): void {
  if (values instanceof Float64Array) addToFloats(values, base);
  else for (let index = 0; index < values.length; index += 1) values[index]! += base;
}

function addToFloats(values: Float64Array, base: number): void {
  for (let index = 0; index < values.length; index += 1) values[index]! += base;
}

function writeWhole(
  writer: ByteWriter,
  mode: number,
  values: ArrayLike<number>,
  places: number,
): void {
  const { least, most } = rangeOf(values);
  const spares = least < 0 || bytesFor(most - least) < bytesFor(most);
  const base = spares ? least : 0;
  const count = bytesFor(most - base);
  writer.u32(mode);
  writer.u32(values.length);
  writer.u32(count);
  writer.u32(places);
  writer.f64(base);
  writePlanes(writer, toPlanes(values, base, count));
}

function rangeOf(values: ArrayLike<number>): { least: number; most: number } {
  if (values.length === 0) return { least: 0, most: 0 };
  let least = Infinity;
  let most = -Infinity;
  for (let index = 0; index < values.length; index += 1) {
    least = Math.min(least, values[index]!);
    most = Math.max(most, values[index]!);
  }
  return { least, most };
}

function stepsOf(values: ArrayLike<number>): Float64Array {
  const steps = new Float64Array(values.length);
  let before = 0;
  for (let index = 0; index < steps.length; index += 1) {
    steps[index] = values[index]! - before;
    before = values[index]!;
  }
  return steps;
}

function addUp(values: Numbers): void {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += values[index]!;
    values[index] = sum;
  }
}

/** How many decimal places all values can be written with, exactly; `undefined` if more than 4. */
function decimalPlaces(values: ArrayLike<number>): number | undefined {
  if (ArrayBuffer.isView(values) && !(values instanceof Float64Array)) return 0;
  for (let places = 0; places <= 4; places += 1) {
    if (areWhole(values, 10 ** places)) return places;
  }
  return undefined;
}

function areWhole(values: ArrayLike<number>, unit: number): boolean {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    const whole = Math.round(value * unit);
    if (Math.abs(whole) >= WIDEST / 2 || whole / unit !== value) return false;
    if (Object.is(value, -0)) return false;
  }
  return true;
}

const scaled = (values: ArrayLike<number>, unit: number): Float64Array =>
  Float64Array.from(values, (value) => Math.round(value * unit));

function writeRaw(writer: ByteWriter, values: ArrayLike<number>): void {
  const bytes = new Uint8Array(Float64Array.from(values).buffer);
  writer.u32(RAW);
  writer.u32(values.length);
  writePlanes(writer, [bytes]);
}

function readRaw<T extends Numbers>(reader: ByteReader, length: number, type: NumbersOf<T>): T {
  const [bytes] = readPlanes(reader, 1, length * 8) as [Uint8Array];
  // A copy: a view of eight bytes a number must begin at a multiple of eight.
  const values = new Float64Array(bytes.slice().buffer);
  const into = new type(length);
  into.set(values);
  return into;
}

// Columns in which all is alike are frequent (no city, no UTM term, one host) and share their
// memory: an array of zeros and one of ones for each width, as long as the longest column.
const shared = new Map<string, Numbers>();

/** A list in which every number is the same; it may share its memory, so it must not be changed. */
export function constant<T extends Numbers>(type: NumbersOf<T>, value: number, length: number): T {
  if (value !== 0 && value !== 1) return new type(length).fill(value) as T;
  const key = `${type.name} ${value}`;
  let found = shared.get(key);
  if (!found || found.length < length) {
    found = new type(Math.max(length, 2 * (found?.length ?? 0))).fill(value);
    shared.set(key, found);
  }
  return found.subarray(0, length) as T;
}

/** Bytes that a list takes of its own. */
export function ownBytes(values: Numbers): number {
  for (const each of shared.values()) if (each.buffer === values.buffer) return 0;
  // A room may be larger than what is in it.
  return values.buffer.byteLength;
}
