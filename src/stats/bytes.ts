/** Puts a column together, piece by piece. */
export interface ByteWriter {
  /** An integer from 0 to 2^32 - 1. */
  u32(value: number): void;
  f64(value: number): void;
  bytes(value: Uint8Array): void;
  done(): Uint8Array;
}

export function createByteWriter(): ByteWriter {
  const pieces: Uint8Array[] = [];
  return {
    u32(value) {
      const piece = new DataView(new ArrayBuffer(4));
      piece.setUint32(0, value, true);
      pieces.push(new Uint8Array(piece.buffer));
    },
    f64(value) {
      const piece = new DataView(new ArrayBuffer(8));
      piece.setFloat64(0, value, true);
      pieces.push(new Uint8Array(piece.buffer));
    },
    bytes: (value) => void pieces.push(value),
    done() {
      const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.length;
      }
      return whole;
    },
  };
}

/** Takes a column apart in the order it was put together. */
export interface ByteReader {
  u32(): number;
  f64(): number;
  /** A view, not a copy. */
  bytes(length: number): Uint8Array;
  /** What was not read yet; a view. */
  rest(): Uint8Array;
}

/** @throws {RangeError} when more is read than there is. */
export function createByteReader(whole: Uint8Array): ByteReader {
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  let at = 0;
  const next = (length: number): number => {
    const begin = at;
    at += length;
    if (at > whole.length) throw new RangeError(`${length} bytes at ${begin} of ${whole.length}`);
    return begin;
  };
  return {
    u32: () => view.getUint32(next(4), true),
    f64: () => view.getFloat64(next(8), true),
    bytes(length) {
      const begin = next(length);
      return whole.subarray(begin, begin + length);
    },
    rest: () => whole.subarray(at),
  };
}
