import { BASICS, define, list, object, text, time } from "./basics.ts";
import { EVENTS } from "./events.ts";
import { QUESTIONS } from "./questions.ts";
import { faultOf, type Definitions } from "../../../lib/json-schema.ts";
import { Refusal } from "../../../lib/errors.ts";
import { PRIVACY_MODES } from "../../../sites/site.ts";

const SITES = define({
  Site: object({
    key: text("Public; it stands in the snippet"),
    domain: text("Host name"),
    kind: { enum: ["website", "demo"] },
    privacy: { enum: PRIVACY_MODES },
    furtherDomains: list(text("Host name")),
    firstEventAt: time("`null` until something was recorded", { type: ["string", "null"] }),
    createdAt: time("When it was added"),
  }),
  Sites: object({ sites: list({ $ref: "#/components/schemas/Site" }) }),
});

/** Every schema of the document, by its address. */
export const SCHEMAS: Definitions = { ...BASICS, ...SITES, ...QUESTIONS, ...EVENTS };

/**
 * Checks what a program sent against the schema that the document shows for it.
 *
 * @throws {Refusal} `invalid`, naming the place, the rule and the value.
 */
export function readAs<T>(name: string, input: unknown): T {
  const fault = faultOf({ $ref: `#/components/schemas/${name}` }, input, SCHEMAS);
  if (!fault) return input as T;
  const { where, says } = fault;
  if (where === "") throw new Refusal("invalid", `The body ${says}`);
  throw new Refusal("invalid", `${where}: ${says}`, { field: where });
}
