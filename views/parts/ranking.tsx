import type { ComponentChildren } from "preact";
import { Bars, type BarRow } from "./bars.tsx";
import { count } from "./text.ts";

export interface RankedRow extends Omit<BarRow, "values" | "bar"> {
  readonly visitors: number;
  readonly times: number;
}

interface Props {
  readonly title: string;
  readonly rows: readonly RankedRow[];
  readonly empty: string;
  readonly children?: ComponentChildren;
}

const HEADS = ["Visitors", "Times"];

/** A list that is its own chart, with by how many and how often; a row leads on. */
export const Ranking = ({ title, rows, empty, children }: Props) => {
  const most = Math.max(1, ...rows.map(({ visitors }) => visitors));
  return (
    <>
      <header>
        <h2>{title}</h2>
        <span class="bar-heads of-2 muted small" aria-hidden="true">
          {HEADS.map((head) => (
            <span>{head}</span>
          ))}
        </span>
      </header>
      <Bars
        heads={HEADS}
        empty={empty}
        rows={rows.map(({ visitors, times, ...row }) => ({
          ...row,
          values: [count(visitors), count(times)],
          bar: visitors / most,
        }))}
      />
      {children}
    </>
  );
};
