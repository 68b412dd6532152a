import type { Row } from "../../src/stats/query.ts";
import { count, share } from "./text.ts";

interface Props {
  readonly title: string;
  /** What is counted beside visitors: views of a page, sessions of a source. */
  readonly counted: string;
  readonly rows: readonly Row[];
  /** What the shares are of. */
  readonly whole: number;
  readonly empty: string;
  readonly nameOf?: (name: string) => string;
}

/** A list that is its own chart: bars lie behind the rows. */
export const Bars = ({ title, counted, rows, whole, empty, nameOf = (name) => name }: Props) => {
  const most = Math.max(1, ...rows.map(({ visitors }) => visitors));
  return (
    <section class="panel list">
      <header>
        <h2>{title}</h2>
        <span class="bar-heads muted small">
          <span>{counted}</span>
          <span>Visitors</span>
        </span>
      </header>
      {rows.length === 0 && <p class="muted">{empty}</p>}
      <ol>
        {rows.map(({ name, visitors, count: occurrences }) => (
          <li
            class="bar-row"
            title={`${nameOf(name)}: ${count(visitors)} visitors, ${counted.toLowerCase()}: ${count(occurrences)}`}
          >
            <svg aria-hidden="true">
              <rect width={`${(visitors / most) * 100}%`} height="100%" rx="6" />
            </svg>
            <span class="cut">{nameOf(name)}</span>
            <span class="num muted">{count(occurrences)}</span>
            <span class="num">{count(visitors)}</span>
            <span class="num">{share(visitors, whole)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
};
