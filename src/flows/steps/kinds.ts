import { Refusal } from "../../lib/errors.ts";
import { email } from "./email.ts";
import type { StepKind } from "./step.ts";
import { wait } from "./wait.ts";
import { webhook } from "./webhook.ts";

/** A kind whose settings were read by its own `parse`. */
export type AnyStepKind = StepKind<Readonly<Record<string, unknown>>>;

/** Every kind of step; a new one is a file and a line here. */
export const STEP_KINDS: readonly AnyStepKind[] = [
  wait,
  email,
  webhook,
] as unknown as AnyStepKind[];

/** @throws {Refusal} `invalid`, if there is no such kind. */
export function stepKind(name: string): AnyStepKind {
  const kind = STEP_KINDS.find((known) => known.name === name);
  if (kind) return kind;
  throw new Refusal("invalid", `There is no step "${name}"`);
}
