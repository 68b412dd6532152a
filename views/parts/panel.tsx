import type { ComponentChildren } from "preact";
import { Bars, type BarRow } from "./bars.tsx";
import { PartFailure, SkeletonRows, Waiting } from "./part.tsx";
import { count } from "./text.ts";

export interface PanelTab {
  readonly name: string;
  readonly label: string;
  readonly url: string;
}

interface PanelFrameProps {
  /** `pages`, `sources` …; with `panel-` before it the id. */
  readonly name: string;
  readonly title: string;
  readonly tabs: readonly PanelTab[];
  readonly tab: string;
  readonly heads: readonly string[];
}

export interface PanelProps extends PanelFrameProps {
  readonly rows: readonly BarRow[];
  readonly empty: string;
  /** The whole list, and how long it is. */
  readonly all?: { readonly href: string; readonly groups: number } | undefined;
  /** Why this cannot be known. */
  readonly unavailable?: string | undefined;
  readonly more?: ComponentChildren;
}

/** As many as a panel shows; skeletons are as tall. */
export const PANEL_ROWS = 8;

export const Panel = (props: PanelProps) => {
  const { heads, rows, empty, all, unavailable, more } = props;
  return (
    <section id={`panel-${props.name}`} class="panel list" aria-label={props.title}>
      <PanelTabs {...props} heads={unavailable === undefined ? heads : []} />
      <div class="panel-rows">
        {unavailable === undefined ? (
          <Bars rows={rows} heads={heads} empty={empty} />
        ) : (
          <p class="muted bar-empty">Not available. {unavailable}.</p>
        )}
      </div>
      <footer>
        {all && unavailable === undefined && rows.length > 0 && (
          <a href={all.href}>{all.groups > rows.length ? `All ${count(all.groups)}` : "Details"}</a>
        )}
        {more}
      </footer>
    </section>
  );
};

const PanelTabs = ({ name, title, tabs, tab, heads }: PanelFrameProps) => (
  <header>
    <h2 class="unseen">{title}</h2>
    <div class="panel-tabs" role="group" aria-label={`${title} by`}>
      {tabs.map((each) => (
        <button
          type="button"
          id={`tab-${name}-${each.name}`}
          aria-pressed={each.name === tab}
          hx-get={each.url}
          hx-target={`#panel-${name}`}
          hx-swap="outerHTML"
          hx-sync={`#panel-${name}:replace`}
        >
          {each.label}
        </button>
      ))}
    </div>
    <span class={`bar-heads of-${heads.length} muted small`} aria-hidden="true">
      {heads.map((head) => (
        <span>{head}</span>
      ))}
    </span>
  </header>
);

export const WaitingPanel = (props: PanelFrameProps & { url: string }) => (
  <Waiting id={`panel-${props.name}`} url={props.url} class="panel list" label={props.title}>
    <PanelTabs {...props} />
    <div class="panel-rows">
      <SkeletonRows rows={PANEL_ROWS} />
    </div>
    <footer />
  </Waiting>
);

/** A panel that could not be filled; its tabs still work. */
export const FailedPanel = (props: PanelFrameProps & { url: string; message: string }) => (
  <section id={`panel-${props.name}`} class="panel list" aria-label={props.title}>
    <PanelTabs {...props} heads={[]} />
    <div class="panel-rows">
      <PartFailure id={`panel-${props.name}`} url={props.url}>
        {props.message}
      </PartFailure>
    </div>
    <footer />
  </section>
);
