import type { ComponentChildren } from "preact";
import type { Condition, ConditionKind } from "../src/events/condition.ts";
import type { Trigger } from "../src/events/definition.ts";
import type { Site } from "../src/sites/site.ts";
import type { Occurrence } from "../src/stats/arrived.ts";
import { Layout } from "./layout.tsx";
import { Code } from "./parts/code.tsx";
import { Feed } from "./parts/feed.tsx";
import { Field, Pick } from "./parts/field.tsx";
import { Icon } from "./parts/icon.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { sourceName } from "./parts/text.ts";

export interface EventFormProps {
  readonly site: Site;
  /** Undefined while the event is being made. */
  readonly id: number | undefined;
  readonly revision: number;
  readonly state: "active" | "paused";
  readonly name: string;
  readonly trigger: Trigger;
  readonly conditions: readonly Condition[];
  readonly kinds: readonly ConditionKind[];
  readonly sources: readonly string[];
  readonly error?: string | undefined;
  readonly nameError?: string | undefined;
  readonly latest: readonly Occurrence[];
  /** The flows that start or stop on it. */
  readonly flows?: readonly { readonly id: number; readonly name: string }[];
  readonly zone: string;
  readonly notice?: ComponentChildren;
}

/** Makes or changes an event. */
export const EventPage = (props: EventFormProps) => {
  const { site, id, name, notice, latest, zone } = props;
  return (
    <Layout title={id ? name : "New event"} place="sites" notice={notice}>
      <header class="top">
        <h1>{id ? name : "New event"}</h1>
        <span class="muted">{site.domain}</span>
        {props.state === "paused" && <span class="pill warn">Paused</span>}
        <span class="space" />
        {id !== undefined && (
          <a class="btn" href={`/admin/sites/${site.key}/events/${id}/statistics`}>
            Statistics
          </a>
        )}
      </header>
      <SiteTabs siteKey={site.key} tab="events" />
      {id !== undefined && <UsedBy flows={props.flows ?? []} />}
      <EventForm {...props} />
      {id && (
        <section class="panel">
          <div class="list">
            <h2>Last occurrences</h2>
          </div>
          <Feed
            stream={`/admin/live?site=${site.key}&name=${encodeURIComponent(name)}`}
            items={latest}
            zone={zone}
            empty="It has not fired yet."
          />
        </section>
      )}
    </Layout>
  );
};

/** What a change reaches, before it is made. */
const UsedBy = ({ flows }: { flows: NonNullable<EventFormProps["flows"]> }) =>
  flows.length === 0 ? null : (
    <p class="notice">
      <span>
        Used by{" "}
        {flows.map(({ id, name }, index) => (
          <>
            {index > 0 && ", "}
            <a href={`/admin/flows/${id}`}>{name}</a>
          </>
        ))}
        . Renamed, paused or removed, it starts and stops nobody there any more.
      </span>
    </p>
  );

/** The form alone, as it comes back with what is wrong. */
export const EventForm = (props: EventFormProps) => {
  const { site, id, name, trigger, revision, nameError, error } = props;
  const base = `/admin/sites/${site.key}/events`;
  return (
    <section id="event" class="stack">
      {id === undefined && (
        <div class="row-of" role="group" aria-label="Trigger type">
          {(["automatic", "manual"] as const).map((type) => (
            <a
              class={type === trigger ? "btn main" : "btn"}
              href={`${base}/new?trigger=${type}`}
              aria-current={type === trigger ? "true" : undefined}
            >
              {type === "automatic" ? "Automatic: by conditions" : "Manual: by code"}
            </a>
          ))}
        </div>
      )}
      <form
        class="panel pad"
        hx-post={id ? `${base}/${id}` : base}
        hx-target="#event"
        hx-swap="outerHTML"
        data-guard
        data-unsaved={error || nameError ? "" : undefined}
      >
        <input type="hidden" name="trigger" value={trigger} />
        <input type="hidden" name="revision" value={String(revision)} />
        {error && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        <Field
          name="name"
          label="Name"
          value={name}
          error={nameError}
          required
          maxlength={64}
          pattern="\s*[A-Za-z0-9_.:\-]+\s*"
          title="Letters, digits and _ . : - without blanks"
          placeholder={trigger === "manual" ? "add_to_cart" : "read_half_of_pricing"}
          help="Letters, digits and _ . : - without blanks; flows and statistics use it."
        />
        {trigger === "automatic" ? <Conditions {...props} /> : <ManualCode name={name} />}
        <div class="row-of">
          <button class="btn main">Save event</button>
          <a class="btn quiet" href={base}>
            Cancel
          </a>
        </div>
      </form>
      {id !== undefined && <Actions base={base} id={id} state={props.state} />}
    </section>
  );
};

const Conditions = ({ conditions, kinds, sources, site }: EventFormProps) => (
  <fieldset class="stack">
    <legend>It fires, once per page view, when all of this is true</legend>
    <div id="conditions" class="stack all-of">
      {conditions.map((condition) => (
        <ConditionRow condition={condition} kinds={kinds} sources={sources} />
      ))}
    </div>
    <div class="row-of">
      {kinds.map(({ kind, label }) => (
        <button
          type="button"
          class="btn"
          hx-get={`/admin/sites/${site.key}/events/condition?kind=${kind}`}
          hx-target="#conditions"
          hx-swap="beforeend"
        >
          <Icon name="plus" size={14} />
          {label}
        </button>
      ))}
    </div>
  </fieldset>
);

interface RowProps {
  readonly condition: Condition;
  readonly kinds: readonly ConditionKind[];
  readonly sources: readonly string[];
}

/** One condition as a sentence whose parts can be changed. */
export const ConditionRow = ({ condition, kinds, sources }: RowProps) => {
  const kind = kinds.find((known) => known.kind === condition.kind);
  if (!kind) return null;
  return (
    <div class="sentence" role="group" aria-label={kind.label}>
      <input type="hidden" name="kind" value={kind.kind} />
      <span>{kind.label}</span>
      <Pick
        name="operator"
        label="Comparison"
        value={condition.operator}
        options={Object.entries(kind.operators)}
      />
      <ConditionValue kind={kind} value={condition.value} sources={sources} />
      <button
        type="button"
        class="btn quiet"
        hx-get="/admin/nothing"
        hx-target="closest .sentence"
        hx-swap="delete"
        aria-label={`Remove the condition ${kind.label}`}
      >
        <Icon name="trash-2" />
      </button>
    </div>
  );
};

const ConditionValue = ({
  kind,
  value,
  sources,
}: {
  kind: ConditionKind;
  value: string;
  sources: readonly string[];
}) => {
  if (kind.value === "sources") {
    return (
      <Pick
        name="value"
        label="Source"
        value={value}
        options={sources.map((source) => [source, sourceName(source)])}
      />
    );
  }
  if (kind.value === "text") {
    return (
      <input type="text" name="value" aria-label="Address" value={value} placeholder="/pricing" />
    );
  }
  const unit = kind.value === "percent" ? "%" : "seconds";
  return (
    <>
      <input
        type="number"
        name="value"
        aria-label={unit}
        value={value}
        min="1"
        max={kind.value === "percent" ? 100 : 86_400}
      />
      <span>{unit}</span>
    </>
  );
};

const ManualCode = ({ name }: { name: string }) => (
  <div class="stack">
    <p class="muted">
      Call this where it happens. The third part is optional: its values stand ready in flows and
      messages.
    </p>
    <Code
      id="manual-code"
      text={[
        "footfall('event', '",
        <span data-mirror="name">{/^[\w.:-]+$/.test(name) ? name : "add_to_cart"}</span>,
        "', { sku: 'shoe-42', value: 89.9 })",
      ]}
    />
  </div>
);

const Actions = ({ base, id, state }: { base: string; id: number; state: string }) => (
  <div class="row-of">
    <form method="post" action={`${base}/${id}/${state === "paused" ? "resume" : "pause"}`}>
      <button class="btn">
        <Icon name={state === "paused" ? "play" : "pause"} />
        {state === "paused" ? "Resume" : "Pause"}
      </button>
    </form>
    <form method="post" action={`${base}/${id}/remove`}>
      <button class="btn bad">
        <Icon name="trash-2" />
        Remove
      </button>
    </form>
    <span class="muted small">Removing can be undone; what was recorded stays.</span>
  </div>
);
