import type { ComponentChildren } from "preact";
import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Field } from "./parts/field.tsx";
import { amount, percent } from "./parts/figures.ts";
import { Icon } from "./parts/icon.tsx";
import { KnownMatches, MatchPick } from "./parts/matches.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { plural } from "./parts/text.ts";
import { Waiting } from "./parts/waiting.tsx";

export interface GoalFormProps {
  readonly site: Site;
  /** Undefined while the goal is being made. */
  readonly id: number | undefined;
  readonly name: string;
  readonly kind: "event" | "page";
  readonly match: string;
  readonly value: string;
  /** What the form was filled from, so that the second of two who save is told. */
  readonly seen: string;
  readonly errors?: Readonly<Record<string, string>>;
  /** What would have counted, where it is known already. */
  readonly preview?: GoalPreview | undefined;
  readonly notice?: ComponentChildren;
}

/** What a goal would have counted in the last 30 days. */
export interface GoalPreview {
  readonly visitors: number;
  readonly times: number;
  readonly rate: number | null;
  readonly value?: {
    readonly name: string;
    readonly sum: number | null;
    readonly average: number | null;
  };
  /** Properties of the event that hold numbers. */
  readonly numbers: readonly string[];
  /** The name of an event that nobody has defined. */
  readonly undefinedEvent?: string;
}

/** Makes or changes a goal. */
export const GoalPage = (props: GoalFormProps) => (
  <Layout title={props.id ? props.name : "New goal"} place="sites" notice={props.notice}>
    <header class="top">
      <h1>{props.id ? props.name : "New goal"}</h1>
      <span class="muted">{props.site.domain}</span>
    </header>
    <SiteTabs siteKey={props.site.key} tab="goals" />
    <GoalForm {...props} />
    {props.id !== undefined && (
      <form
        class="row-of"
        method="post"
        action={`/admin/sites/${props.site.key}/goals/${props.id}/remove`}
      >
        <button class="btn bad">
          <Icon name="trash-2" />
          Remove
        </button>
        <span class="muted small">Removing can be undone; what was recorded stays.</span>
      </form>
    )}
  </Layout>
);

/** The form alone, as it comes back with what is wrong. */
export const GoalForm = (props: GoalFormProps) => {
  const { site, id, name, kind, match, value, seen, errors = {} } = props;
  const base = `/admin/sites/${site.key}/goals`;
  return (
    <section id="goal" class="with-side">
      <form
        id="goal-form"
        class="panel pad"
        hx-post={id ? `${base}/${id}` : base}
        hx-target="#goal"
        hx-swap="outerHTML"
        data-guard
        data-unsaved={Object.keys(errors).length > 0 ? "" : undefined}
      >
        <input type="hidden" name="seen" value={seen} />
        {errors.form && (
          <p class="error" role="alert">
            {errors.form}
          </p>
        )}
        <Field
          name="name"
          label="Name"
          value={name}
          error={errors.name}
          required
          maxlength={80}
          placeholder="Order placed"
        />
        <fieldset class="stack tight">
          <legend>It is reached by whoever</legend>
          <div class="sentence">
            <MatchPick id="match" label="Goal" kind={kind} match={match} error={errors.match} />
          </div>
          <p class="muted small">
            In the path of a page, * stands for anything: /blog/* are all pages below /blog/.
          </p>
        </fieldset>
        <fieldset class="stack tight if-event">
          <legend>What it is worth</legend>
          <div class="sentence">
            <span>the number in its property</span>
            <input
              type="text"
              name="value"
              id="value"
              aria-label="Property that holds the value"
              aria-invalid={errors.value !== undefined}
              aria-describedby={errors.value === undefined ? undefined : "value-error"}
              value={value}
              maxlength={64}
              autocomplete="off"
              placeholder="revenue, or nothing"
            />
          </div>
          {errors.value && (
            <span class="error" id="value-error" role="alert">
              {errors.value}
            </span>
          )}
        </fieldset>
        <KnownMatches siteKey={site.key} />
        <div class="row-of">
          <button class="btn main">Save goal</button>
          <a class="btn quiet" href={base}>
            Cancel
          </a>
        </div>
      </form>
      <aside class="panel pad side" aria-labelledby="would-have">
        <h2 id="would-have">Would have counted</h2>
        <div
          id="preview"
          aria-live="polite"
          hx-get={`${base}/preview`}
          hx-include="#goal-form"
          hx-trigger={
            props.preview
              ? "input delay:400ms from:#goal-form"
              : "load, input delay:400ms from:#goal-form"
          }
          hx-sync="this:replace"
        >
          {props.preview ? (
            <GoalPreviewPart preview={props.preview} />
          ) : (
            <Waiting lines={3} label="Counting" />
          )}
        </div>
      </aside>
    </section>
  );
};

/** What the goal would have counted, in words. */
export const GoalPreviewPart = ({ preview }: { preview: GoalPreview }) => {
  const { visitors, times, rate, value, numbers, undefinedEvent } = preview;
  const others = numbers.filter((name) => name !== value?.name);
  return (
    <div class="stack">
      <p>
        <b class="big num">{plural(visitors, "visitor")}</b>
        <span class="muted">
          {visitors === 0
            ? "Nobody reached it in the last 30 days."
            : `reached it ${plural(times, "time")} in the last 30 days: ${percent(rate)} of all visitors.`}
        </span>
      </p>
      {value && (
        <p>
          <b class="num">{amount(value.sum)}</b>{" "}
          <span class="muted">
            {value.sum === null || value.average === null
              ? `No number was found in ${value.name}.`
              : `is the sum of ${value.name}, ${amount(value.average)} on average.`}
          </span>
        </p>
      )}
      {undefinedEvent !== undefined && (
        <p class="note">
          The site has no event “{undefinedEvent}”. It counts as soon as you define it on the tab
          Events, with what was recorded before.
        </p>
      )}
      {others.length > 0 && (
        <p class="note">It carries numbers in: {others.slice(0, 6).join(", ")}.</p>
      )}
    </div>
  );
};

/** What is missing before anything can be counted. */
export const NoPreview = ({ message }: { message: string }) => <p class="muted">{message}</p>;
