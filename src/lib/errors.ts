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

export interface RefusalOptions extends ErrorOptions {
  /** What of the input is meant, by the name a form gives it; shown there. */
  readonly field?: string;
}

/** A refusal whose message is safe to show to the person who caused it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly field: string | undefined;

  constructor(
    readonly kind: RefusalKind,
    message: string,
    options: RefusalOptions = {},
  ) {
    super(message, options);
    this.field = options.field;
  }
}

/** Too much in too short a time; the edge turns the pause into `Retry-After`. */
export class LimitRefusal extends Refusal {
  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super("limited", message);
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
