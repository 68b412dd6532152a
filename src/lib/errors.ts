/** Why a request was refused; `web/errors.ts` alone maps these to a status. */
export type RefusalKind =
  | "invalid"
  | "unauthenticated"
  | "denied"
  | "missing"
  | "conflict"
  | "too large"
  | "limited"
  | "unavailable";

/** A refusal whose message is safe to show to the person who caused it. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly kind: RefusalKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Runs an action and gives the refusal it throws, or `undefined` if it went well.
 *
 * Anything that is not a refusal is a bug and rises.
 */
export async function refusalOf(action: () => unknown): Promise<Refusal | undefined> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return undefined;
}
