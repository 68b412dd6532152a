import type { ComponentChildren } from "preact";
import { share, count } from "./text.ts";

export interface RankedRow {
  readonly name: string;
  /** What it leads to. */
  readonly href?: string | undefined;
  readonly visitors: number;
  readonly times: number;
}

interface Props {
  readonly title: string;
  readonly rows: readonly RankedRow[];
  /** Visitors that the shares are of. */
  readonly whole: number;
  readonly empty: string;
  readonly children?: ComponentChildren;
}

/** A list that is its own chart, with how often and by how many; a row leads on. */
export const Ranking = ({ title, rows, whole, empty, children }: Props) => {
  const most = Math.max(1, ...rows.map(({ visitors }) => visitors));
  return (
    <>
      <header>
        <h2>{title}</h2>
        <span class="bar-heads muted small">
          <span>Times</span>
          <span>Visitors</span>
        </span>
      </header>
      {rows.length === 0 && <p class="muted">{empty}</p>}
      <ol>
        {rows.map(({ name, href, visitors, times }) => (
          <li class="bar-row" title={`${name}: ${count(visitors)} visitors, ${count(times)} times`}>
            <svg aria-hidden="true">
              <rect width={`${(visitors / most) * 100}%`} height="100%" rx="6" />
            </svg>
            {href === undefined ? (
              <span class="cut">{name}</span>
            ) : (
              <a class="cut" href={href}>
                {name}
              </a>
            )}
            <span class="num muted">{count(times)}</span>
            <span class="num">{count(visitors)}</span>
            <span class="num">{share(visitors, whole)}</span>
          </li>
        ))}
      </ol>
      {children}
    </>
  );
};
