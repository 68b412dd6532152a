interface Props {
  /** `/admin/sites/KEY/views`. */
  readonly path: string;
  readonly report: "overview" | "retention";
  /** What would be saved: the query of the address. */
  readonly query: string;
  readonly views: readonly {
    readonly id: number;
    readonly name: string;
    readonly href: string;
    readonly isCurrent: boolean;
  }[];
  /** Whoever may only look can open views, but not save one. */
  readonly mayChange: boolean;
  readonly error?: string | undefined;
  readonly name?: string;
}

/** Views the team has saved, and the way to save this one. */
export const SavedViews = (props: Props) => {
  const current = props.views.find(({ isCurrent }) => isCurrent);
  return (
    <details class="menu period" id="views" open={props.error !== undefined}>
      <summary class="btn">{current?.name ?? "Views"}</summary>
      <SavedViewsBody {...props} />
    </details>
  );
};

/** What is in the menu; each change answers with it anew. */
export const SavedViewsBody = ({ path, report, query, views, mayChange, error, name }: Props) => (
  <div class="panel menu-body" id="views-body">
    {views.length === 0 && (
      <p class="muted small">
        Save what you filter by, with its period, under a name: the whole team finds it here.
      </p>
    )}
    {views.map((view) => (
      <div class="saved-view">
        <a href={view.href} aria-current={view.isCurrent ? "true" : undefined}>
          {view.name}
        </a>
        {mayChange && (
          <details class="rename">
            <summary aria-label={`Change ${view.name}`}>…</summary>
            <form hx-post={`${path}/${view.id}/rename`} hx-target="#views-body" hx-swap="outerHTML">
              <input type="hidden" name="query" value={query} />
              <input name="name" value={view.name} aria-label="Name" maxlength={80} required />
              <button class="btn">Rename</button>
            </form>
            <form method="post" action={`${path}/${view.id}/remove`}>
              <button class="btn bad">Remove</button>
            </form>
          </details>
        )}
      </div>
    ))}
    {mayChange && (
      <form hx-post={path} hx-target="#views-body" hx-swap="outerHTML">
        <input type="hidden" name="report" value={report} />
        <input type="hidden" name="query" value={query} />
        <input
          name="name"
          aria-label="Name of the view"
          placeholder="Name of this view"
          value={name}
          maxlength={80}
          required
          aria-invalid={error !== undefined}
        />
        {error && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        <button class="btn">Save this view</button>
      </form>
    )}
  </div>
);
