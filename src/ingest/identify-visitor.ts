import {
  claim,
  parseStatement,
  vouch,
  vouchedFor,
  type Identified,
  type IdentityHooks,
  type Statement,
} from "../identity/identify.ts";
import type { Visitor } from "../identity/session.ts";
import { Refusal } from "../lib/errors.ts";
import type { Connection } from "../store/connection.ts";
import type { Hit, HitEvent } from "./hit.ts";

/** Handles one `footfall('identify', …)` as it was sent. */
export function identifyVisitor(
  connection: Connection,
  visitor: Visitor,
  { site, mayBeTied, page }: Hit,
  { properties, signature }: HitEvent,
  hooks: IdentityHooks,
  isSigned: (siteId: number, text: string, signature: string) => boolean,
  now: number,
): Identified {
  if (!mayBeTied) {
    return { outcome: "refused", reason: "The visitor's browser asks not to be tied to a person" };
  }
  let statement: Statement;
  try {
    statement = parseStatement(properties, site.id);
  } catch (error) {
    if (error instanceof Refusal) return { outcome: "refused", reason: error.message };
    throw error;
  }
  const about = { siteId: site.id, zone: page.zone || null, language: page.language || null };
  if (signature === undefined) return claim(connection, visitor, statement, about, hooks, now);
  const vouched = vouchedFor(statement, (text) => isSigned(site.id, text, signature));
  if (!vouched) return { outcome: "refused", reason: "The signature does not match" };
  return vouch(connection, visitor, vouched, about, hooks, now);
}
