import { count } from "./text.ts";

interface Props {
  readonly values: readonly number[];
  readonly past: readonly number[];
  /** What each bucket is called, for reading a value off. */
  readonly labels: readonly string[];
  readonly name: string;
}

const HEIGHT = 200;

/** A rounded number at or above the largest value, so that the grid has even lines. */
function niceTop(values: readonly number[]): number {
  const most = Math.max(4, ...values);
  const magnitude = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 4, 5, 10].find((factor) => factor * magnitude >= most) ?? 10;
  return step * magnitude;
}

/**
 * A series with the one before it as a thin dashed line.
 *
 * Drawn 100 units wide a bucket and stretched to the screen; each bucket has a column that
 * tells its value when pointed at. A table for screen readers stands beside it.
 */
export const Chart = ({ values, past, labels, name }: Props) => {
  const top = niceTop([...values, ...past]);
  const width = Math.max(1, values.length) * 100;
  const x = (index: number) => index * 100 + 50;
  const y = (value: number) => HEIGHT - (value / top) * HEIGHT;
  const path = (points: readonly number[]) =>
    points.map((value, index) => `${index === 0 ? "M" : "L"}${x(index)} ${y(value)}`).join(" ");
  const last = x(Math.max(0, values.length - 1));
  const every = Math.max(1, Math.ceil(labels.length / 7));
  return (
    <figure class="chart">
      <span class="scale num">{count(top)}</span>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <line class="grid" x1={0} x2={width} y1={HEIGHT * part} y2={HEIGHT * part} />
        ))}
        {values.length > 0 && (
          <path class="area" d={`${path(values)} L${last} ${HEIGHT} L${x(0)} ${HEIGHT}Z`} />
        )}
        <path class="past" d={path(past.slice(0, values.length))} />
        <path class="line" d={path(values)} />
        {values.map((value, index) => (
          <rect class="hit" x={index * 100} y={0} width={100} height={HEIGHT}>
            <title>{`${labels[index]}: ${count(value)} (before: ${count(past[index] ?? 0)})`}</title>
          </rect>
        ))}
      </svg>
      <figcaption aria-hidden="true">
        {labels
          .filter((_, index) => index % every === 0)
          .map((label) => (
            <span>{label}</span>
          ))}
      </figcaption>
      <table class="unseen">
        <caption>{name}</caption>
        <tbody>
          {values.map((value, index) => (
            <tr>
              <th scope="row">{labels[index]}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
};

/** A small picture of a series, without scale. */
export const Spark = ({ values, name }: { values: readonly number[]; name: string }) => {
  const top = Math.max(1, ...values);
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${values.length * 10} 36`}
      preserveAspectRatio="none"
      role="img"
      aria-label={name}
    >
      {values.map((value, index) => {
        const height = value === 0 ? 1 : Math.max(2, (value / top) * 36);
        return <rect x={index * 10 + 1} y={36 - height} width={8} height={height} />;
      })}
    </svg>
  );
};
