import type { Scope } from "../../../auth/api-key.ts";
import type { Schema } from "../../../lib/json-schema.ts";

/** One thing a program can ask for, as data: the document and its page are made of it. */
export interface Operation {
  readonly method: "get" | "post";
  /** With its parameters as `{name}`. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** What the key must allow; without one anybody may ask. */
  readonly scope?: Scope;
  readonly parameters?: readonly Parameter[];
  readonly body?: {
    /** Name of its schema; without one it is not looked at. */
    readonly schema?: string;
    readonly types: readonly string[];
    readonly example?: unknown;
  };
  readonly answers: Readonly<Record<number, AnswerKind>>;
}

export type Tag = (typeof TAGS)[number]["name"];

export const TAGS = [
  { name: "Sites", description: "What is tracked" },
  { name: "Figures", description: "Exact figures over any period, with one shape of question" },
  { name: "Events", description: "Everything recorded, event by event" },
  { name: "Pixel", description: "What pages load and send; open to everybody, on every host" },
  { name: "Links", description: "What messages lead to; open to everybody, on every host" },
  { name: "Health", description: "For those who run it" },
  { name: "Description", description: "This document" },
] as const;

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
}

export interface AnswerKind {
  readonly description: string;
  /** Media types, each with the name of its schema; `undefined` where it has none. */
  readonly types?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export const JSON_TYPE = "application/json";

/** What is said of a refusal; where to look for what else is in the message. */
export const refused = (description: string): AnswerKind => ({
  description,
  types: { [JSON_TYPE]: "Error" },
});

export const RETRY: Readonly<Record<string, string>> = {
  "Retry-After": "Seconds after which to try again",
};

export const pathParameter = (name: string, description: string): Parameter => ({
  name,
  in: "path",
  required: true,
  description,
  schema: { type: "string" },
});
