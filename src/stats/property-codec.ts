import type { PropertyColumn } from "./block.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { ownBytes, readNumbers, writeNumbers } from "./codec.ts";
import { readPlanes, writePlanes } from "./planes.ts";

export function writeProperty(writer: ByteWriter, { numbers, others }: PropertyColumn): void {
  writeNumbers(writer, numbers.at, true);
  writeNumbers(writer, numbers.values);
  writeNumbers(writer, others.at, true);
  writeNumbers(writer, others.codes);
  writer.u32(others.values.length);
  // In JSON, a line break within a value is written as `\n`.
  writeText(writer, others.values.join("\n"));
}

export function readProperty(reader: ByteReader): PropertyColumn {
  const numbers = {
    at: readNumbers(reader, Uint32Array),
    values: readNumbers(reader, Float64Array),
  };
  const at = readNumbers(reader, Uint32Array);
  const codes = readNumbers(reader, Uint32Array);
  const count = reader.u32();
  const text = readText(reader);
  return { numbers, others: { at, codes, values: count === 0 ? [] : text.split("\n") } };
}

export type Properties = ReadonlyMap<string, PropertyColumn>;

/** Writes those that occur so seldom that a column for each would be mostly its own row. */
export function writeProperties(writer: ByteWriter, properties: Properties): void {
  writer.u32(properties.size);
  for (const [key, column] of properties) {
    writeText(writer, JSON.stringify(key));
    writeProperty(writer, column);
  }
}

export function readProperties(reader: ByteReader): Properties {
  const count = reader.u32();
  return new Map(
    Array.from(
      { length: count },
      () => [JSON.parse(readText(reader)) as string, readProperty(reader)] as const,
    ),
  );
}

export function propertyBytes({ numbers, others }: PropertyColumn): number {
  const lists = [numbers.at, numbers.values, others.at, others.codes];
  const texts = others.values.reduce((sum, text) => sum + BYTES_A_STRING + text.length, 0);
  return lists.reduce((sum, list) => sum + ownBytes(list), texts);
}

/** What a string takes beside its letters: its head, and the place in the list. */
const BYTES_A_STRING = 32;

function writeText(writer: ByteWriter, text: string): void {
  const bytes = new TextEncoder().encode(text);
  writer.u32(bytes.length);
  writePlanes(writer, [bytes]);
}

function readText(reader: ByteReader): string {
  const length = reader.u32();
  const [bytes] = readPlanes(reader, 1, length) as [Uint8Array];
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
