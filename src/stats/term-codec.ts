import type { TermColumn } from "./block.ts";
import { createByteReader, type ByteReader, type ByteWriter } from "./bytes.ts";
import { readNumbers, writeNumbers } from "./codec.ts";
import { roomFor } from "./rooms.ts";
import { MOST_NARROW } from "./term-codes.ts";

/** Writes a column of terms: its dictionary, and a code for each place. */
export function writeTerms(writer: ByteWriter, column: TermColumn): void {
  const { terms, codes } = inOrder(column);
  writeNumbers(writer, terms, true);
  writeNumbers(writer, codes);
}

export function readTerms(reader: ByteReader): TermColumn {
  const terms = readNumbers(reader, Uint32Array);
  return { codes: readCodes(reader, terms.length), terms };
}

/** The same, but codes are unpacked anew each time they are asked for. */
export function readTermsLazily(data: Uint8Array): {
  readonly terms: Uint32Array;
  readonly codes: () => TermColumn["codes"];
} {
  const reader = createByteReader(data);
  const terms = readNumbers(reader, Uint32Array);
  const rest = reader.rest();
  return { terms, codes: () => readCodes(createByteReader(rest), terms.length) };
}

/** As narrow as they are stored, so that most columns need not be copied when they are unpacked. */
function readCodes(reader: ByteReader, terms: number): TermColumn["codes"] {
  if (terms <= 256) return readNumbers(reader, Uint8Array);
  return terms > MOST_NARROW ? readNumbers(reader, Uint32Array) : readNumbers(reader, Uint16Array);
}

/**
 * The dictionary in order of ids, which takes a third less room: what is frequent was seen early
 * and has a low id, so that the dictionary is small steps and most codes are low.
 */
function inOrder({ codes, terms }: TermColumn): TermColumn {
  const sorted = terms.toSorted();
  const places = new Map(Array.from(sorted, (term, place) => [term, place]));
  const moved = Uint32Array.from(terms, (term) => places.get(term)!);
  return { codes: codes.map((code) => moved[code]!), terms: sorted };
}

/**
 * Writes a column of terms that mostly follow from another: the title of a page.
 *
 * For each term of the other column the one that is usual with it, and the places at which it is
 * another one. Titles take nearly no room so, unless a page changes its title with every view:
 * then they are written as any other column.
 */
export function writeFollowing(writer: ByteWriter, column: TermColumn, leading: TermColumn): void {
  const { terms, codes } = inOrder(column);
  // As it will be when it is read.
  const lead = inOrder(leading).codes;
  const usual = usualCodes(codes, lead, leading.terms.length);
  const exceptions: number[] = [];
  for (let at = 0; at < codes.length; at += 1) {
    if (codes[at] !== usual[lead[at]!]) exceptions.push(at);
  }
  const follows = exceptions.length * 4 <= codes.length;
  writer.u32(Number(follows));
  writeNumbers(writer, terms, true);
  if (!follows) {
    writeNumbers(writer, codes);
    return;
  }
  writeNumbers(writer, usual);
  writeNumbers(writer, exceptions, true);
  writeNumbers(
    writer,
    exceptions.map((at) => codes[at]!),
  );
}

/** @param leading Asked for only if it is needed. */
export function readFollowing(reader: ByteReader, leading: () => TermColumn): TermColumn {
  const follows = reader.u32() === 1;
  const terms = readNumbers(reader, Uint32Array);
  if (!follows) return { codes: readCodes(reader, terms.length), terms };
  const isKept = false;
  const usual = readNumbers(reader, Uint32Array, { isKept });
  const exceptions = readNumbers(reader, Uint32Array, { isKept });
  const others = readNumbers(reader, Uint32Array, { isKept });

  const lead = leading().codes;
  const codes =
    terms.length > MOST_NARROW
      ? roomFor(Uint32Array, lead.length)
      : roomFor(Uint16Array, lead.length);
  for (let at = 0; at < codes.length; at += 1) codes[at] = usual[lead[at]!]!;
  for (let index = 0; index < exceptions.length; index += 1) {
    codes[exceptions[index]!] = others[index]!;
  }
  return { codes, terms };
}

/** More than a block can have codes, so that two of them make one exact number. */
const WIDTH = 2 ** 26;

/** For each code of the leading column the most frequent one that goes with it. */
function usualCodes(codes: TermColumn["codes"], lead: TermColumn["codes"], count: number) {
  const pairs = new Map<number, number>();
  for (let at = 0; at < codes.length; at += 1) {
    const pair = lead[at]! * WIDTH + codes[at]!;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  const usual = new Uint32Array(count);
  const most = new Uint32Array(count);
  for (const [pair, times] of pairs) {
    const leader = Math.floor(pair / WIDTH);
    if (times <= most[leader]!) continue;
    most[leader] = times;
    usual[leader] = pair % WIDTH;
  }
  return usual;
}
