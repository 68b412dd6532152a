import type { FlowDefinition } from "../src/flows/flow.ts";
import type { FlowScreenProps } from "./flow.tsx";
import { Code } from "./parts/code.tsx";
import { Field, Pick, Select } from "./parts/field.tsx";
import { Icon } from "./parts/icon.tsx";

export interface TriggerChoices {
  readonly sites: readonly { readonly id: number; readonly domain: string }[];
  /** The events of each site, by its id. */
  readonly events: ReadonlyMap<number, readonly string[]>;
  readonly operators: Readonly<Record<string, string>>;
}

const ErrorLine = ({ error }: { error: string | undefined }) =>
  error ? (
    <p class="error" role="alert">
      {error}
    </p>
  ) : null;

/** What starts the flow, how often, and what ends it. */
export const TriggerForm = ({ flow, choices, error, typed }: FlowScreenProps) => {
  const { trigger, entry, stop, name } = typed ?? { ...flow.draft, name: flow.name };
  const value = trigger.event === "" ? "" : `${trigger.siteId} ${trigger.event}`;
  const options = choices.sites.flatMap(({ id, domain }) =>
    (choices.events.get(id) ?? []).map((event): [string, string] => [
      `${id} ${event}`,
      `${event} on ${domain}`,
    ]),
  );
  const stops = [
    ...new Set(
      options
        .map(([option]) => option.split(" "))
        // Of the trigger's site, as soon as there is one.
        .filter(([siteId]) => trigger.event === "" || Number(siteId) === trigger.siteId)
        .map(([, event]) => event!),
    ),
  ];
  return (
    <form
      class="stack"
      method="post"
      action={`/admin/flows/${flow.id}/trigger`}
      data-guard
      data-unsaved={error ? "" : undefined}
    >
      <h2>Start</h2>
      <ErrorLine error={error} />
      <input type="hidden" name="revision" value={String(flow.revision)} />
      <Field name="name" label="Name of the flow" value={name} required />
      {options.length === 0 ? (
        <p class="note">
          There is no event yet that could start it. <a href="/admin/sites">Define one</a>
        </p>
      ) : (
        <Select
          name="event"
          label="Starts when somebody triggers"
          value={value}
          options={[["", "Choose an event"], ...options]}
        />
      )}
      <FilterFields trigger={trigger} operators={choices.operators} />
      <EntryFields entry={entry} />
      <Select
        name="stop"
        label="Stops when the person triggers"
        value={stop?.event ?? ""}
        options={[["", "Nothing: everybody goes to the end"], ...stops.map(twice)]}
      />
      <div>
        <button class="btn main">Save</button>
      </div>
    </form>
  );
};

const twice = (text: string): [string, string] => [text, text];

const FilterFields = ({
  trigger,
  operators,
}: {
  trigger: FlowDefinition["trigger"];
  operators: Readonly<Record<string, string>>;
}) => (
  <fieldset class="stack tight">
    <legend>Only if a property of the event (optional)</legend>
    <div class="sentence">
      <input
        type="text"
        name="property"
        aria-label="Property"
        placeholder="value"
        value={trigger.filter?.property ?? ""}
      />
      <Pick
        name="operator"
        label="Comparison"
        value={trigger.filter?.operator ?? "equals"}
        options={Object.entries(operators)}
      />
      <input
        type="text"
        name="value"
        aria-label="Value"
        placeholder="50"
        value={trigger.filter?.value ?? ""}
      />
    </div>
  </fieldset>
);

const EntryFields = ({ entry }: { entry: FlowDefinition["entry"] }) => (
  <fieldset class="stack tight">
    <legend>The same person may go through</legend>
    <div class="sentence">
      <Pick
        name="again"
        label="How often"
        value={entry.again}
        options={[
          ["every time", "every time"],
          ["never", "once"],
          ["after", "again after some days"],
        ]}
      />
      <input
        class="if-after"
        type="number"
        name="days"
        min="1"
        max="366"
        aria-label="Days"
        value={String(Math.max(1, Math.round((entry.ms ?? 86_400_000) / 86_400_000)))}
      />
      <span class="if-after">days</span>
    </div>
    <p class="muted small">
      An event by conditions can fire on every page. With “every time” a person then goes through at
      each, one after the other.
    </p>
  </fieldset>
);

const UNITS: readonly (readonly [string, string, number])[] = [
  ["seconds", "seconds", 1000],
  ["minutes", "minutes", 60_000],
  ["hours", "hours", 3_600_000],
  ["days", "days", 86_400_000],
];

/** The settings of the step that is open. */
export const StepForm = (props: FlowScreenProps) => {
  const { flow, open, error, refusedSettings, webhookSecret } = props;
  const step = flow.draft.steps.find(({ id }) => id === open);
  if (!step) {
    return (
      <p class="muted">
        This step is not there any more. Choose another, or the <a href="?step=trigger">start</a>.
      </p>
    );
  }
  const settings = refusedSettings ?? step.settings;
  const base = `/admin/flows/${flow.id}/steps/${step.id}`;
  const revision = <input type="hidden" name="revision" value={String(flow.revision)} />;
  return (
    <>
      <form
        class="stack"
        method="post"
        action={base}
        data-guard
        data-unsaved={error ? "" : undefined}
      >
        <ErrorLine error={error} />
        {revision}
        {step.kind === "wait" && <WaitFields ms={Number(settings.ms)} />}
        {step.kind === "email" && <EmailFields settings={settings} flow={flow.draft} />}
        {step.kind === "webhook" && (
          <WebhookFields url={String(settings.url ?? "")} secret={webhookSecret} />
        )}
        <div>
          <button class="btn main">Save step</button>
        </div>
      </form>
      <form class="row-of" method="post" action={`${base}/move`}>
        {revision}
        <button class="btn" name="do" value="up">
          <Icon name="arrow-up" /> Up
        </button>
        <button class="btn" name="do" value="down">
          <Icon name="arrow-down" /> Down
        </button>
        <button class="btn bad" name="do" value="remove">
          <Icon name="trash-2" /> Remove
        </button>
      </form>
    </>
  );
};

const WaitFields = ({ ms }: { ms: number }) => {
  const [unit, , size] =
    UNITS.toReversed().find(([, , unitMs]) => ms >= unitMs && ms % unitMs === 0) ?? UNITS[0]!;
  return (
    <fieldset class="stack tight">
      <legend>Wait for</legend>
      <div class="sentence">
        <input
          type="number"
          name="amount"
          min="1"
          aria-label="Amount"
          value={String(Math.round(ms / size) || 1)}
        />
        <Pick
          name="unit"
          label="Unit"
          value={unit}
          options={UNITS.map(([name, label]) => [name, label])}
        />
      </div>
    </fieldset>
  );
};

const EmailFields = ({
  settings,
  flow,
}: {
  settings: Readonly<Record<string, unknown>>;
  flow: FlowDefinition;
}) => (
  <>
    <h2>E-mail</h2>
    <Field
      name="subject"
      label="Subject"
      value={String(settings.subject ?? "")}
      placeholder="You left {{ event.name }} behind"
    />
    <Field
      name="text"
      label="Text"
      rows={12}
      value={String(settings.text ?? "")}
      help="A blank line begins a paragraph; addresses become links. Links lead over this server, so that a click is known."
    />
    <details class="note">
      <summary>What can be filled in</summary>
      <p>
        Properties of the event that started it: <code>{"{{ event.sku }}"}</code>,{" "}
        <code>{"{{ event.url }}"}</code>. The contact's variables:{" "}
        <code>{"{{ contact.first_name }}"}</code>. With a fallback:{" "}
        <code>{'{{ contact.first_name | default: "there" }}'}</code>.
        {flow.trigger.event && ` The event here is ${flow.trigger.event}.`}
      </p>
    </details>
  </>
);

const WebhookFields = ({ url, secret }: { url: string; secret: string }) => (
  <>
    <h2>Webhook</h2>
    <Field
      name="url"
      label="Address"
      value={url}
      placeholder="https://example.com/hooks/footfall"
      help="Gets the contact, the event and the run as JSON, by POST."
    />
    <details class="note">
      <summary>Checking that it was us</summary>
      <p>
        Signed as Standard Webhooks has it, with this secret. The header <code>webhook-id</code>{" "}
        stays the same when something is sent again.
      </p>
      {secret && <Code id="webhook-secret" text={secret} />}
    </details>
  </>
);
