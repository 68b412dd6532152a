/**
 * Gives the memory of an array back at once, if it has all of its buffer for itself.
 *
 * Left to the collector, what was read and unpacked stays until it comes by, and each new array
 * takes memory that was never used before, which the system must make ready page by page: of
 * reading a column that was half of the time. Nobody may use the array afterwards.
 */
export function release({ buffer, byteLength }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
