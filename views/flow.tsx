import type { ComponentChildren } from "preact";
import type { FlowDefinition, Problem, Step } from "../src/flows/flow.ts";
import type { Flow, RunFigures, StepFigures } from "../src/flows/queries.ts";
import { Layout } from "./layout.tsx";
import { StepForm, TriggerForm, type TriggerChoices } from "./flow-forms.tsx";
import { Icon, type IconName } from "./parts/icon.tsx";
import { FlowPill } from "./parts/run-pill.tsx";
import { count, duration, plural } from "./parts/text.ts";

export interface FlowScreenProps {
  readonly flow: Flow;
  readonly figures: RunFigures;
  readonly steps: ReadonlyMap<string, StepFigures>;
  readonly problems: readonly Problem[];
  /** Which step's settings are open; "trigger" for the start. */
  readonly open: string;
  readonly siteDomain: string | undefined;
  readonly choices: TriggerChoices;
  readonly kinds: readonly { readonly name: string; readonly label: string }[];
  /** What was wrong with the form that was sent. */
  readonly error?: string | undefined;
  readonly refusedSettings?: Readonly<Record<string, unknown>>;
  /** What was entered for the start and refused. */
  readonly typed?: Pick<FlowDefinition, "trigger" | "entry" | "stop"> & { readonly name: string };
  readonly showProblems: boolean;
  readonly webhookSecret: string;
  /** Messages that cannot go out now, and why. */
  readonly stuck: readonly {
    readonly channel: string;
    readonly count: number;
    readonly error: string;
  }[];
  readonly notice?: ComponentChildren;
}

/** A flow: its steps as sentences with counts, and the settings of one beside them. */
export const FlowPage = (props: FlowScreenProps) => (
  <Layout title={props.flow.name} place="flows" notice={props.notice}>
    <FlowHeader {...props} />
    {props.error && (
      <p class="notice bad" role="alert">
        {props.error}
      </p>
    )}
    {props.showProblems && props.problems.length > 0 && <Problems {...props} />}
    {props.flow.state === "paused" && (
      <p class="notice warn">
        Paused: nobody enters, not even later for what happens now, and who is in it stands still.
        Waiting times go on: who is due by then goes on when you resume.
      </p>
    )}
    {props.stuck.map(({ channel, count: messages, error }) => (
      <p class="notice warn">
        {plural(messages, "message")} by {channel === "email" ? "e-mail" : channel}{" "}
        {messages === 1 ? "waits" : "wait"} for another try: {error}
        {channel === "email" && (
          <>
            . <a href="/admin/settings/email">Look at the mail server</a>
          </>
        )}
      </p>
    ))}
    <div class="flow">
      <ol class="steps">
        <li>
          <TriggerRow {...props} />
        </li>
        {props.flow.draft.steps.map((step, index) => (
          <li>
            <Plus flow={props.flow} kinds={props.kinds} at={index} />
            <StepRow step={step} {...props} />
          </li>
        ))}
        <li>
          <Plus
            flow={props.flow}
            kinds={props.kinds}
            at={props.flow.draft.steps.length}
            isOpen={props.flow.draft.steps.length === 0}
          />
        </li>
      </ol>
      <aside class="side panel pad" id="side" aria-label="Settings of the step">
        {props.open === "trigger" ? <TriggerForm {...props} /> : <StepForm {...props} />}
      </aside>
    </div>
  </Layout>
);

const FlowHeader = ({ flow }: FlowScreenProps) => {
  const base = `/admin/flows/${flow.id}`;
  return (
    <header class="top">
      <h1>{flow.name}</h1>
      <FlowPill state={flow.state} version={flow.version} />
      {flow.isChanged && <span class="pill warn">Changes not published</span>}
      <span class="space" />
      <a class="btn quiet" href={`${base}/people`}>
        People
      </a>
      <form method="post" action={`${base}/remove`}>
        <button class="btn quiet">Remove</button>
      </form>
      {flow.state === "active" && (
        <form method="post" action={`${base}/pause`}>
          <button class="btn">Pause</button>
        </form>
      )}
      {flow.state === "paused" && (
        <form method="post" action={`${base}/resume`}>
          <button class="btn">Resume</button>
        </form>
      )}
      {(flow.version === undefined || flow.isChanged) && (
        <form method="post" action={`${base}/publish`}>
          <input type="hidden" name="revision" value={String(flow.revision)} />
          <button class="btn main">
            {flow.version === undefined ? "Publish" : "Publish changes"}
          </button>
        </form>
      )}
    </header>
  );
};

const Problems = ({ problems, flow }: FlowScreenProps) => (
  <div class="notice bad" role="alert">
    <div>
      <b>This flow cannot be published yet</b>
      <ul>
        {problems.map(({ stepId, message }) => (
          <li>
            <a href={`/admin/flows/${flow.id}?step=${stepId ?? "trigger"}#side`}>{message}</a>
            <MailSettings message={message} />
          </li>
        ))}
      </ul>
    </div>
  </div>
);

/** Where what is missing is not in the flow, the way to it. */
const MailSettings = ({ message }: { message: string }) =>
  message.includes("mail server") ? (
    <>
      {" "}
      (<a href="/admin/settings/email">mail server</a>)
    </>
  ) : null;

/** How the trigger reads as a sentence. */
export function triggerSentence(
  { trigger: { event, filter: wanted } }: FlowDefinition,
  domain: string | undefined,
  operators: Readonly<Record<string, string>>,
): string {
  if (event === "") return "Choose what starts this flow";
  const filter = wanted
    ? ` whose ${wanted.property} ${operators[wanted.operator] ?? wanted.operator} ${wanted.value}`
    : "";
  return `When somebody triggers ${event}${filter.trimEnd()} on ${domain ?? "a removed site"}`;
}

function entrySentence({ entry, stop }: FlowDefinition): string {
  const again =
    entry.again === "never"
      ? "Once per person"
      : entry.again === "after"
        ? `Again after ${duration(entry.ms ?? 0)}`
        : "Every time, but nobody twice at once";
  return stop ? `${again} · stops on ${stop.event}` : again;
}

const TriggerRow = ({
  flow,
  figures,
  siteDomain,
  open,
  problems,
  showProblems,
  choices,
}: FlowScreenProps) => (
  <div class="step">
    <span class="ic">
      <Icon name="flag" />
    </span>
    <a
      href={`/admin/flows/${flow.id}?step=trigger#side`}
      aria-current={open === "trigger" ? "true" : undefined}
    >
      {triggerSentence(flow.draft, siteDomain, choices.operators)}
      <p class="muted small">{entrySentence(flow.draft)}</p>
      <StepProblems
        problems={problems}
        stepId={undefined}
        isDraft={flow.version === undefined && !showProblems}
      />
    </a>
    <div class="counts num">
      <Count flow={flow} value={figures.entered} label="entered" />
      <Count flow={flow} value={figures.active} label="now" state="active" />
      <Count flow={flow} value={figures.done} label="done" state="done" />
      <Count flow={flow} value={figures.stopped} label="stopped" state="stopped" />
      {figures.held > 0 && <Count flow={flow} value={figures.held} label="held" state="held" />}
      {figures.failed > 0 && (
        <Count flow={flow} value={figures.failed} label="failed" state="failed" />
      )}
    </div>
  </div>
);

const ICONS: Readonly<Record<string, IconName>> = {
  wait: "clock",
  email: "mail",
  webhook: "webhook",
};

/** A step as a sentence. */
export function stepSentence({ kind, settings }: Step): string {
  if (kind === "wait") return `Wait ${duration(Number(settings.ms))}`;
  if (kind === "email") {
    return settings.subject ? `Send “${String(settings.subject)}”` : "Send an e-mail";
  }
  if (kind === "webhook") return settings.url ? `Call ${String(settings.url)}` : "Call a webhook";
  return kind;
}

const HINTS: Readonly<Record<string, string>> = {
  wait: "Counted from when somebody comes to this step",
  email: "Only to confirmed addresses; who unsubscribed is passed by",
  webhook: "Signed; tried again for 18 hours when the receiver does not answer",
};

const StepRow = ({
  flow,
  step,
  steps,
  open,
  problems,
  showProblems,
}: FlowScreenProps & { step: Step }) => {
  const figures = steps.get(step.id);
  return (
    <div class="step">
      <span class="ic">
        <Icon name={ICONS[step.kind] ?? "zap"} />
      </span>
      <a
        href={`/admin/flows/${flow.id}?step=${step.id}#side`}
        aria-current={open === step.id ? "true" : undefined}
      >
        {stepSentence(step)}
        <p class="muted small">{HINTS[step.kind]}</p>
        <StepProblems
          problems={problems}
          stepId={step.id}
          isDraft={flow.version === undefined && !showProblems}
        />
      </a>
      {figures && (
        <div class="counts num">
          <Count
            flow={flow}
            step={step.id}
            value={figures.waiting}
            label="waiting"
            state="active"
          />
          <Count flow={flow} value={figures.done} label="done" />
          {figures.held > 0 && (
            <Count flow={flow} step={step.id} value={figures.held} label="held" state="held" />
          )}
          {figures.skipped > 0 && <Count flow={flow} value={figures.skipped} label="passed by" />}
          {figures.failed > 0 && (
            <Count
              flow={flow}
              step={step.id}
              value={figures.failed}
              label="failed"
              state="failed"
            />
          )}
        </div>
      )}
    </div>
  );
};

interface CountProps {
  readonly flow: Flow;
  readonly value: number;
  readonly label: string;
  readonly step?: string;
  readonly state?: string;
}

/** A figure that leads to the people behind it. */
const Count = ({ flow, value, label, step, state }: CountProps) => (
  <a
    href={`/admin/flows/${flow.id}/people?${new URLSearchParams({
      ...(step && { step }),
      ...(state && { state }),
    })}`}
  >
    <b>{count(value)}</b>
    {label}
  </a>
);

/** What is missing in a flow that is still being made is a thing to do, not a mistake. */
const StepProblems = ({
  problems,
  stepId,
  isDraft,
}: {
  problems: readonly Problem[];
  stepId: string | undefined;
  isDraft: boolean;
}) => (
  <>
    {problems
      .filter((problem) => problem.stepId === stepId)
      .map(({ message }) => (
        <p class={isDraft ? "muted small" : "error"}>{isDraft ? `To do: ${message}` : message}</p>
      ))}
  </>
);

interface PlusProps {
  readonly flow: Flow;
  readonly kinds: FlowScreenProps["kinds"];
  readonly at: number;
  readonly isOpen?: boolean;
}

const Plus = ({ flow, kinds, at, isOpen = false }: PlusProps) => (
  <details class="plus" open={isOpen}>
    <summary aria-label={`Add a step here, as number ${at + 1}`}>+</summary>
    <form class="row-of" method="post" action={`/admin/flows/${flow.id}/steps`}>
      <input type="hidden" name="revision" value={String(flow.revision)} />
      <input type="hidden" name="at" value={String(at)} />
      {kinds.map(({ name, label }) => (
        <button class="btn" name="kind" value={name}>
          <Icon name={ICONS[name] ?? "zap"} />
          {label}
        </button>
      ))}
    </form>
  </details>
);
