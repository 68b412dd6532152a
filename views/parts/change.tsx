import { NOTHING } from "./figures.ts";
import { count } from "./text.ts";

interface Props {
  readonly value: number | null | undefined;
  readonly before: number | null | undefined;
  /** Whether less of it is better, as of those who leave. */
  readonly lessIsBetter?: boolean;
}

/** How a figure stands to that of the period before, in sign and colour. */
export const Change = ({ value, before, lessIsBetter = false }: Props) => {
  if (value === null || value === undefined) return <span class="delta">{NOTHING}</span>;
  if (!before) return <span class="delta">no earlier figure</span>;
  const percent = Math.round(((value - before) / Math.abs(before)) * 100);
  if (percent === 0) return <span class="delta num">no change</span>;
  const isGood = percent > 0 !== lessIsBetter;
  return (
    <span class={isGood ? "delta num good" : "delta num bad"}>
      {percent > 0 ? "+" : "−"}
      {count(Math.abs(percent))} %
    </span>
  );
};
