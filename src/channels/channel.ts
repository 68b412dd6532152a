/** What became of one attempt to send. */
export type Sent =
  | { readonly outcome: "sent"; readonly reference?: string }
  /** Worth trying again, on the usual schedule or when the receiver says. */
  | { readonly outcome: "retry"; readonly reason: string; readonly retryAfterMs?: number }
  /** Refused for good; trying again changes nothing. */
  | { readonly outcome: "rejected"; readonly reason: string }
  /** The way out is missing or down: the message is held, and uses up no attempt. */
  | { readonly outcome: "unavailable"; readonly reason: string };

/** One thing to send, rendered. */
export interface OutgoingMessage {
  /** What we know it by: the run and the step that want it sent. */
  readonly key: string;
  /**
   * What receivers know it by; never changes, whatever is repeated, and is no other message's,
   * of this installation or another: a receiver that remembers sees it once.
   */
  readonly publicId: string;
  readonly recipient: string;
  /** What the channel's `parse` made of it; JSON. */
  readonly payload: unknown;
}

/** A way to reach people or machines. */
export interface Channel {
  readonly name: "email" | "webhook";
  /** How many may be on their way at once. */
  readonly atOnce: number;
  /** Sends; throws only for bugs, everything that can happen outside is an outcome. */
  send(message: OutgoingMessage): Promise<Sent>;
  stop(): void;
}
