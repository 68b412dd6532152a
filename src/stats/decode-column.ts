import { release } from "../lib/release.ts";
import { WIDEST_SINCE, type EventNumbers, type SessionNumbers, type TermColumn } from "./block.ts";
import { createByteReader } from "./bytes.ts";
import {
  constant,
  ownBytes,
  readLazily,
  readNumbers,
  type LazyNumbers,
  type Numbers,
  type NumbersOf,
  type ReadOptions,
} from "./codec.ts";
import { lengthOfAll } from "./pick.ts";
import { roomFor } from "./rooms.ts";
import type { Shape } from "./shape.ts";
import { readFollowing, readTerms, readTermsLazily } from "./term-codec.ts";

/** A column as it lies in the segment: its bytes, or the one value that is everywhere in it. */
export type Stored = { readonly data: Uint8Array } | { readonly alike: number };

type AllNumbers = SessionNumbers & EventNumbers;

type Plain = Omit<AllNumbers, "since">;

const TYPES: { readonly [N in keyof Plain]: NumbersOf<Plain[N]> } = {
  visitor: Uint32Array,
  session: Uint32Array,
  duration: Uint32Array,
  offset: Uint32Array,
  views: Uint16Array,
  bounce: Uint8Array,
  isNew: Uint8Array,
  screen: Uint16Array,
  after: Uint32Array,
  engaged: Uint16Array,
  scroll: Uint8Array,
};

/** Decodes a column of numbers; of `after` only what is stored of it. */
export function decodeNumbers<N extends keyof Plain>(
  name: N,
  stored: Stored,
  length: number,
  options: ReadOptions = {},
): Plain[N] {
  const type = TYPES[name];
  if ("alike" in stored) return constant(type, stored.alike, length);
  return expected(readNumbers(createByteReader(stored.data), type, options), length);
}

/** When sessions began, from the first event of the block on. */
export function decodeSince(
  stored: Stored,
  { sessions, from, until }: Shape,
): SessionNumbers["since"] {
  if ("alike" in stored) return constant(Uint32Array, stored.alike - from, sessions);
  if (until - from < WIDEST_SINCE) {
    return expected(
      readNumbers(createByteReader(stored.data), Uint32Array, { origin: from }),
      sessions,
    );
  }
  const started = readNumbers(createByteReader(stored.data), Float64Array, { isKept: false });
  return expected(
    started.map((at) => at - from),
    sessions,
  );
}

/** What is stored of ids of sessions: see `sessionIds()`. */
export function decodeSteps(stored: Stored, length: number): Float64Array {
  if ("alike" in stored) return constant(Float64Array, stored.alike, length);
  const reader = createByteReader(stored.data);
  return expected(readNumbers(reader, Float64Array, { isKept: false }), length);
}

/** @param offset Where the events of each session begin: the first of each is not stored. */
export function decodeAfter(stored: Stored, offset: Uint32Array, shape: Shape): Uint32Array {
  const waits = decodeNumbers("after", stored, shape.events - shape.sessions, {
    isKept: false,
  });
  const after = roomFor(Uint32Array, shape.events);
  let at = 0;
  for (let session = 0; session < shape.sessions; session += 1) {
    const end = offset[session + 1]!;
    let since = 0;
    after[offset[session]!] = 0;
    for (let event = offset[session]! + 1; event < end; event += 1) {
      since += waits[at]!;
      after[event] = since;
      at += 1;
    }
  }
  // Not what columns share in which all is alike.
  if (ownBytes(waits) > 0) release(waits);
  return after;
}

/** What is stored of `after`, to be put together as it is asked for. */
export function decodeLazily(stored: Stored, length: number): LazyNumbers {
  if ("alike" in stored) {
    const { alike } = stored;
    return { length, sizeBytes: 0, at: () => alike };
  }
  const lazy = readLazily(createByteReader(stored.data));
  if (lazy.length === length) return lazy;
  throw new RangeError(`${lazy.length} values where ${length} are expected`);
}

/** The column `after` of some sessions. @param waits What is stored of it: see `decodeAfter()`. */
export function decodeAfterOf(
  waits: LazyNumbers,
  offset: Uint32Array,
  places: Uint32Array,
): Uint32Array {
  const after = new Uint32Array(lengthOfAll(offset, places));
  let to = 0;
  for (const place of places) {
    const [start, end] = [offset[place]!, offset[place + 1]!];
    let since = 0;
    to += 1;
    for (let event = start + 1; event < end; event += 1) {
      since += waits.at(event - place - 1);
      after[to] = since;
      to += 1;
    }
  }
  return after;
}

/** @param leading The column this one follows, asked for only if it does. */
export function decodeTerms(
  stored: Stored,
  length: number,
  leading: (() => TermColumn) | undefined,
): TermColumn {
  if ("alike" in stored) {
    const { alike } = stored;
    const terms = Uint32Array.from(alike === 0 ? [0] : [0, alike]);
    return { codes: constant(Uint16Array, alike === 0 ? 0 : 1, length), terms };
  }
  const reader = createByteReader(stored.data);
  const column = leading ? readFollowing(reader, leading) : readTerms(reader);
  expected(column.codes, length);
  return column;
}

/** Of a column of terms the dictionary, and its codes for whoever asks for them. */
export interface LazyTerms {
  readonly terms: Uint32Array;
  /** Of what it goes on looking at. */
  readonly sizeBytes: number;
  readonly codes: () => TermColumn["codes"];
}

export function decodeTermsLazily(stored: Stored, length: number): LazyTerms {
  if ("alike" in stored) {
    const { codes, terms } = decodeTerms(stored, length, undefined);
    return { terms, sizeBytes: terms.byteLength, codes: () => codes };
  }
  const { data } = stored;
  const { terms, codes } = readTermsLazily(data);
  return {
    terms,
    sizeBytes: data.byteLength + terms.byteLength,
    codes: () => expected(codes(), length),
  };
}

function expected<T extends Numbers>(values: T, length: number): T {
  if (values.length === length) return values;
  throw new RangeError(`${values.length} values where ${length} are expected`);
}
