import {
  identify,
  parseStatement,
  signedSubject,
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
  hit: Hit,
  event: HitEvent,
  hooks: IdentityHooks,
  isSigned: (siteId: number, subject: string, signature: string) => boolean,
  now: number,
): Identified {
  if (!hit.mayBeTied) {
    return { outcome: "refused", reason: "The visitor's browser asks not to be tied to a person" };
  }
  let statement: Statement;
  try {
    statement = parseStatement(event.properties);
  } catch (error) {
    if (error instanceof Refusal) return { outcome: "refused", reason: error.message };
    throw error;
  }
  const signed =
    event.signature !== undefined &&
    isSigned(hit.site.id, signedSubject(statement), event.signature);
  if (event.signature !== undefined && !signed) {
    return { outcome: "refused", reason: "The signature does not match" };
  }
  const about = {
    siteId: hit.site.id,
    zone: hit.page.zone || null,
    language: hit.page.language || null,
  };
  return identify(connection, visitor, statement, signed, about, hooks, now);
}
