import type { Match } from "../../src/stats/question.ts";
import { Pick } from "./field.tsx";

/** What a goal or a step of a funnel asks for, in words. */
export const matchSentence = ({ kind, match }: Match): string => {
  if (kind === "page") return match === "*" ? "any page" : `page ${match}`;
  return match === "page_view" ? "any page" : `event ${match}`;
};

/** Names what somebody may choose from; shared by all fields of a page. */
export const KnownMatches = ({ siteKey }: { siteKey: string }) => (
  <datalist id="matches" hx-get={`/admin/sites/${siteKey}/known`} hx-trigger="load" />
);

/** What the list is filled with. */
export const KnownOptions = ({
  events,
  pages,
}: {
  events: readonly string[];
  pages: readonly string[];
}) => (
  <>
    {events.map((name) => (
      <option value={name}>event</option>
    ))}
    {pages.map((path) => (
      <option value={path}>page</option>
    ))}
  </>
);

interface Props extends Match {
  readonly label: string;
  readonly id: string;
  readonly error?: string | undefined;
}

/** An event or a page, within a sentence. */
export const MatchPick = ({ kind, match, label, id, error }: Props) => (
  <>
    <Pick
      name="kind"
      label={`${label}: an event or a page`}
      value={kind}
      options={[
        ["event", "fires the event"],
        ["page", "views the page"],
      ]}
    />
    <input
      type="text"
      name="match"
      id={id}
      aria-label={`${label}: name of the event or path of the page`}
      aria-invalid={error !== undefined}
      aria-describedby={error === undefined ? undefined : `${id}-error`}
      list="matches"
      value={match}
      maxlength={500}
      autocomplete="off"
      placeholder="purchase or /thank-you*"
      required
    />
    {error !== undefined && (
      <span class="error" id={`${id}-error`} role="alert">
        {error}
      </span>
    )}
  </>
);
