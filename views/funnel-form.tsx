import type { Site } from "../src/sites/site.ts";
import type { FunnelAnswer, Match } from "../src/stats/question.ts";
import type { Unit } from "../src/stats/saved-funnel.ts";
import { Layout } from "./layout.tsx";
import { Field, Pick } from "./parts/field.tsx";
import { percent } from "./parts/figures.ts";
import { FunnelDrawing } from "./parts/funnel-drawing.tsx";
import { Icon } from "./parts/icon.tsx";
import { KnownMatches, MatchPick } from "./parts/matches.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { plural } from "./parts/text.ts";
import { Waiting } from "./parts/waiting.tsx";

export interface FunnelFormProps {
  readonly site: Site;
  /** Undefined while the funnel is being made. */
  readonly id: number | undefined;
  readonly revision: number;
  readonly name: string;
  readonly steps: readonly Match[];
  readonly within: string;
  readonly unit: string;
  readonly units: readonly Unit[];
  readonly fewest: number;
  readonly most: number;
  readonly errors?: Readonly<Record<string, string>>;
  /** Whether something was changed that is not saved. */
  readonly isDirty?: boolean;
  /** What would have counted, where it is known already. */
  readonly preview?: FunnelAnswer | undefined;
}

/** Makes or changes a funnel. */
export const FunnelFormPage = (props: FunnelFormProps) => {
  const { site, id, name } = props;
  return (
    <Layout title={id ? `Change ${name}` : "New funnel"} place="sites">
      <header class="top">
        <h1>{id ? name : "New funnel"}</h1>
        <span class="muted">{site.domain}</span>
      </header>
      <SiteTabs siteKey={site.key} tab="funnels" />
      <FunnelForm {...props} />
      {id !== undefined && (
        <form class="row-of" method="post" action={`/admin/sites/${site.key}/funnels/${id}/remove`}>
          <button class="btn bad">
            <Icon name="trash-2" />
            Remove
          </button>
          <span class="muted small">Removing can be undone; what was recorded stays.</span>
        </form>
      )}
    </Layout>
  );
};

/** The form alone, as it comes back when steps are added and moved, or with what is wrong. */
export const FunnelForm = (props: FunnelFormProps) => {
  const { site, id, revision, name, steps, within, unit, units, errors = {} } = props;
  const base = `/admin/sites/${site.key}/funnels`;
  const isUnsaved = props.isDirty === true || Object.keys(errors).length > 0;
  return (
    <section id="funnel" class="with-side">
      <form
        id="funnel-form"
        class="panel pad"
        hx-post={id ? `${base}/${id}` : base}
        hx-target="#funnel"
        hx-swap="outerHTML"
        data-guard
        data-unsaved={isUnsaved ? "" : undefined}
      >
        <input type="hidden" name="revision" value={String(revision)} />
        {id !== undefined && <input type="hidden" name="id" value={String(id)} />}
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
          placeholder="From product to order"
        />
        <fieldset class="stack tight">
          <legend>A visitor goes through it who</legend>
          {errors.steps && (
            <p class="error" role="alert">
              {errors.steps}
            </p>
          )}
          <ol class="plain funnel-steps">
            {steps.map((step, index) => (
              <StepRow step={step} index={index} {...props} />
            ))}
          </ol>
          {steps.length < props.most && (
            <FormButton base={base} act="add" id="add-step">
              <Icon name="plus" size={14} />
              and then
            </FormButton>
          )}
        </fieldset>
        <div class="sentence">
          <span>all within</span>
          <input
            type="number"
            name="within"
            id="within"
            aria-label="Time for the whole way"
            aria-invalid={errors.within !== undefined}
            aria-describedby={errors.within === undefined ? undefined : "within-error"}
            value={within}
            min="1"
            required
          />
          <Pick
            name="unit"
            label="Unit of time"
            value={unit}
            options={units.map((each) => [each, each])}
          />
          <span>of the first step.</span>
          {errors.within && (
            <span class="error" id="within-error" role="alert">
              {errors.within}
            </span>
          )}
        </div>
        <p class="muted small">
          Each step counts only after the one before it; other things may happen in between. In the
          path of a page, * stands for anything.
        </p>
        <KnownMatches siteKey={site.key} />
        <div class="row-of">
          <button class="btn main">Save funnel</button>
          <a class="btn quiet" href={id ? `${base}/${id}` : base}>
            Cancel
          </a>
        </div>
      </form>
      <aside class="panel pad side" aria-labelledby="would-have">
        <h2 id="would-have">In the last 30 days</h2>
        <div
          id="preview"
          aria-live="polite"
          hx-get={`${base}/preview`}
          hx-include="#funnel-form"
          hx-trigger={
            props.preview
              ? "input delay:500ms from:#funnel-form"
              : "load, input delay:500ms from:#funnel-form"
          }
          hx-sync="this:replace"
        >
          {props.preview ? (
            <FunnelPreviewPart steps={steps} answer={props.preview} />
          ) : (
            <Waiting lines={6} label="Counting" />
          )}
        </div>
      </aside>
    </section>
  );
};

const StepRow = ({
  step,
  index,
  site,
  steps,
  fewest,
  errors,
}: FunnelFormProps & { step: Match; index: number }) => {
  const base = `/admin/sites/${site.key}/funnels`;
  const label = `Step ${index + 1}`;
  return (
    <li class="sentence">
      <span class="place num">{index + 1}</span>
      <span class="muted">{index === 0 ? "first" : "then"}</span>
      <MatchPick {...step} id={`step-${index}`} label={label} error={errors?.[`step-${index}`]} />
      <span class="row-of tight">
        {index > 0 && (
          <FormButton base={base} act={`up-${index}`} id={`up-${index}`} label={`Move ${label} up`}>
            <Icon name="arrow-up" />
          </FormButton>
        )}
        {index < steps.length - 1 && (
          <FormButton
            base={base}
            act={`down-${index}`}
            id={`down-${index}`}
            label={`Move ${label} down`}
          >
            <Icon name="arrow-down" />
          </FormButton>
        )}
        {steps.length > fewest && (
          <FormButton
            base={base}
            act={`remove-${index}`}
            id={`remove-${index}`}
            label={`Remove ${label}`}
          >
            <Icon name="trash-2" />
          </FormButton>
        )}
      </span>
    </li>
  );
};

interface ButtonProps {
  readonly base: string;
  readonly act: string;
  readonly id: string;
  readonly label?: string;
  readonly children: preact.ComponentChildren;
}

/** Sends the form there and back, changed; nothing is saved by it. */
const FormButton = ({ base, act, id, label, children }: ButtonProps) => (
  <button
    type="button"
    id={id}
    class="btn quiet"
    hx-get={`${base}/form?act=${act}`}
    hx-include="closest form"
    hx-target="#funnel"
    hx-swap="outerHTML"
    aria-label={label}
  >
    {children}
  </button>
);

/** What the funnel would have counted. */
export const FunnelPreviewPart = ({
  steps,
  answer,
}: {
  steps: readonly Match[];
  answer: FunnelAnswer;
}) => {
  const first = answer.steps[0]?.visitors ?? 0;
  const last = answer.steps.at(-1)?.visitors ?? 0;
  return (
    <div class="stack">
      <p>
        <b class="big num">{percent(first === 0 ? null : last / first)}</b>
        <span class="muted">
          {first === 0
            ? "Nobody came to the first step."
            : `of ${plural(first, "visitor")} went all the way.`}
        </span>
      </p>
      <FunnelDrawing steps={steps} answer={answer} />
    </div>
  );
};
