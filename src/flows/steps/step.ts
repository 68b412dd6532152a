import type { ContactFacts } from "../../contacts/facts.ts";
import type { NewMessage } from "../../messages/outbox.ts";
import type { Connection } from "../../store/connection.ts";
import type { FlowFacts } from "../flow.ts";

/** What a step may look at. */
export interface StepContext {
  readonly connection: Connection;
  readonly run: StepRun;
  readonly contact: ContactFacts | undefined;
  /** Whether a link's tie waits for the visitor to act: who it is may be known in a moment. */
  readonly tieIsPending: boolean;
  readonly event: StartEvent;
  readonly site: { readonly id: number; readonly domain: string };
  readonly isOwnHost: (host: string) => boolean;
  readonly baseUrl: string;
  readonly now: number;
}

export interface StepRun {
  readonly id: number;
  readonly flowId: number;
  readonly flowName: string;
  readonly stepId: string;
  readonly seq: number;
  readonly enteredAt: number;
  readonly visitorId: number | null;
}

/** The event that started the run, as it was then. */
export interface StartEvent {
  readonly name: string;
  readonly at: number;
  readonly page: string;
  readonly url: string;
  readonly title: string;
  readonly source: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What came of looking at a step. Throwing means a bug; the run is tried again later. */
export type StepOutcome =
  | { readonly outcome: "done" }
  /** With a reason it waits for something, and is woken when that may have come. */
  | { readonly outcome: "wait"; readonly until: number; readonly reason?: string }
  /** A message goes out; the run goes on when it is settled. */
  | {
      readonly outcome: "send";
      readonly message: Omit<
        NewMessage,
        "key" | "runId" | "flowId" | "stepId" | "contactId" | "siteId"
      >;
    }
  | { readonly outcome: "skip"; readonly reason: string }
  /** It may not go on yet; something else will let it. */
  | { readonly outcome: "hold"; readonly reason: string }
  | { readonly outcome: "fail"; readonly reason: string };

/** One kind of step. `name` is stored in every flow that uses it, so never renamed. */
export interface StepKind<Settings extends Readonly<Record<string, unknown>>> {
  readonly name: string;
  readonly label: string;
  /** What a new step begins with. */
  readonly fresh: Settings;
  /** @throws {Refusal} `invalid`, if the settings are not well formed; unfinished ones are. */
  parse(input: Readonly<Record<string, unknown>>): Settings;
  /** What keeps it from being published. */
  problems(settings: Settings, facts: FlowFacts): string[];
  run(settings: Settings, context: StepContext): StepOutcome;
}
