import { Refusal } from "../lib/errors.ts";

/**
 * Reads the id in an address.
 *
 * @throws {Refusal} `missing`, if no row could have it.
 */
export function rowId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Refusal("missing", "There is nothing at this address");
}
