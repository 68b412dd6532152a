import { Refusal } from "../lib/errors.ts";

/** How long a page was looked at since it was last told, and how far it was seen by then. */
export interface Engagement {
  /** Tenths of a second. */
  readonly engaged: number;
  /** Percent of the page, the furthest so far. */
  readonly scroll: number;
}

/** A day; what claims more comes from no person. */
const MOST_TENTHS = 24 * 60 * 60 * 10;

/**
 * Reads the properties of the event `engagement`; what else it carries is left out.
 *
 * @throws {Refusal} `invalid`, if one of the two is not there or out of bounds.
 */
export function parseEngagement(
  properties: Readonly<Record<string, unknown>> | undefined,
): Engagement {
  const { engaged, scroll } = properties ?? {};
  if (!isWithin(engaged, MOST_TENTHS)) {
    throw new Refusal("invalid", `engaged: must be 0 to ${MOST_TENTHS} tenths of a second`);
  }
  if (!isWithin(scroll, 100)) throw new Refusal("invalid", "scroll: must be 0 to 100 percent");
  return { engaged, scroll };
}

function isWithin(input: unknown, most: number): input is number {
  return Number.isInteger(input) && (input as number) >= 0 && (input as number) <= most;
}
