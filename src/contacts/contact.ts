import { domainToASCII } from "node:url";
import { Refusal } from "../lib/errors.ts";

export type IdentityKind = "email" | "phone" | "id";

/** What a person says, or is said, to be known by. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly value: string;
  /** The site an id means something on; 0 for an e-mail and a phone, which are the same everywhere. */
  readonly siteId: number;
}

export type VariableType = "text" | "number" | "date" | "boolean";

// One @, a dot in the domain, no blanks or characters that could end a header or a tag. What
// really decides is whether the message arrives.
const EMAIL = /^[^\s@<>"',;:()[\]\\]{1,64}@[^\s@<>"',;:()[\]\\]+\.[^\s@<>"',;:()[\]\\.]{2,}$/;
const PHONE = /^\+[1-9][0-9]{6,14}$/;

/**
 * Brings an e-mail address to the form in which it identifies somebody: lower case, trimmed, its
 * domain in ASCII.
 *
 * `x@ｅxample.com` reaches the same mailbox as `x@example.com`: as two it would be a way around
 * an unsubscription.
 *
 * @throws {Refusal} `invalid`, if it cannot be an address.
 * @see RFC 5891 for domains in other scripts.
 */
export function parseEmail(input: string): string {
  const typed = input.normalize("NFC").trim().toLowerCase();
  const at = typed.lastIndexOf("@") + 1;
  const email = typed.slice(0, at) + domainToASCII(typed.slice(at));
  if (email.length <= 254 && EMAIL.test(email)) return email;
  throw new Refusal(
    "invalid",
    `Enter an e-mail address like ann@example.com, not "${input.slice(0, 100)}"`,
    { field: "email" },
  );
}

/**
 * Brings a phone number to international form.
 *
 * @throws {Refusal} `invalid`, if it does not begin with + and a country code.
 * @see ITU-T E.164: at most 15 digits.
 */
export function parsePhone(input: string): string {
  const phone = input.replace(/[\s().-]/g, "").replace(/^00/, "+");
  if (PHONE.test(phone)) return phone;
  throw new Refusal(
    "invalid",
    `Enter a phone number like +49 30 1234567, not "${input.slice(0, 100)}"`,
  );
}

/** The type of a variable by its value. Dates are text in ISO form, as JSON has none. */
export function variableType(value: string | number | boolean): VariableType {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  return /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(value) ? "date" : "text";
}
