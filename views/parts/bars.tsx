export interface BarRow {
  readonly key: string;
  readonly name: string;
  /** The columns beside it, as they read. */
  readonly values: readonly string[];
  /** How long its bar is, 0 to 1. */
  readonly bar: number;
  /** Where a click leads. */
  readonly href?: string | undefined;
  /** What a click does, for who points at it. */
  readonly hint?: string | undefined;
  readonly isChosen?: boolean | undefined;
  /** A second way: to everything about this one. */
  readonly more?: { readonly href: string; readonly label: string } | undefined;
}

interface Props {
  readonly rows: readonly BarRow[];
  readonly heads: readonly string[];
  readonly empty: string;
}

/** A list that is its own chart: bars lie behind the rows, and each row is a way in. */
export const Bars = ({ rows, heads, empty }: Props) => {
  if (rows.length === 0) return <p class="muted bar-empty">{empty}</p>;
  return (
    <ol class={`bars of-${heads.length}`}>
      {rows.map(({ name, values, bar, href, hint, isChosen, more }) => (
        <li
          class="bar-row"
          title={[name, ...heads.map((head, at) => `${head}: ${values[at]}`), hint]
            .filter(Boolean)
            .join("\n")}
        >
          <svg aria-hidden="true">
            <rect width={`${Math.max(0, Math.min(1, bar)) * 100}%`} height="100%" rx="6" />
          </svg>
          {href === undefined ? (
            <span class="cut">{name}</span>
          ) : (
            <span class="bar-name">
              <a class="cut" href={href} aria-current={isChosen ? "true" : undefined}>
                {name}
              </a>
              {more && (
                <a class="bar-more" href={more.href} aria-label={more.label} title={more.label}>
                  ›
                </a>
              )}
            </span>
          )}
          {values.map((value, at) => (
            <span class={at === 0 ? "num" : "num muted"}>
              <span class="unseen">{heads[at]}: </span>
              {value}
            </span>
          ))}
        </li>
      ))}
    </ol>
  );
};
