import { count } from "./text.ts";

interface Props {
  /** One for each bucket that has begun; what is still to come has none. */
  readonly values: readonly number[];
  readonly past: readonly number[];
  /** What each bucket is called, for reading a value off. */
  readonly labels: readonly string[];
  readonly name: string;
}

const HEIGHT = 200;
const SHORT = new Intl.NumberFormat("en", { notation: "compact" });

/** A rounded number at or above the largest value, whose half is whole as well. */
function niceTop(values: readonly number[]): number {
  const most = Math.max(4, ...values);
  const magnitude = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 4, 6, 8, 10].find((factor) => factor * magnitude >= most) ?? 10;
  return step * magnitude;
}

/** Whether a bucket's value would stick out to the right of the chart. */
const isFar = (index: number, length: number) => index >= length / 2;

/**
 * A series with the one before it as a thin dashed line.
 *
 * Drawn 100 units wide a bucket and stretched to the screen; words would be stretched with it,
 * so they stand in columns over it. Pointing at one tells its value; the table below tells all
 * to whoever has no pointer.
 */
export const Chart = ({ values, past, labels, name }: Props) => {
  const top = niceTop([...values, ...past]);
  return (
    <figure class="chart" aria-label={name}>
      <div class="plot" aria-hidden="true">
        <Lines values={values} past={past} top={top} buckets={labels.length} />
        <span class="scale num">{SHORT.format(top)}</span>
        <span class="scale half num">{SHORT.format(top / 2)}</span>
        <ol class="columns">
          {labels.map((label, index) => (
            <li class={isFar(index, labels.length) ? "far" : undefined}>
              {index % Math.ceil(labels.length / 7) === 0 && <span class="tick">{label}</span>}
              <span class="tip num">
                <b>{values[index] === undefined ? "to come" : count(values[index])}</b>
                <span>{label}</span>
                <span class="muted small">before: {count(past[index] ?? 0)}</span>
              </span>
            </li>
          ))}
        </ol>
      </div>
      <figcaption>
        <span>
          <span class="key">{name}</span> <span class="key before">the period before</span>
        </span>
        <Figures values={values} past={past} labels={labels} name={name} />
      </figcaption>
    </figure>
  );
};

const Lines = ({
  values,
  past,
  top,
  buckets,
}: Pick<Props, "values" | "past"> & { top: number; buckets: number }) => {
  const width = Math.max(1, buckets) * 100;
  const x = (index: number) => index * 100 + 50;
  const y = (value: number) => HEIGHT - (value / top) * HEIGHT;
  const path = (points: readonly number[]) =>
    points.map((value, index) => `${index === 0 ? "M" : "L"}${x(index)} ${y(value)}`).join(" ");
  const last = x(Math.max(0, values.length - 1));
  return (
    <svg viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none">
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <line class="grid" x1={0} x2={width} y1={HEIGHT * part} y2={HEIGHT * part} />
      ))}
      {values.length > 0 && (
        <path class="area" d={`${path(values)} L${last} ${HEIGHT} L${x(0)} ${HEIGHT}Z`} />
      )}
      <path class="past" d={path(past.slice(0, buckets))} />
      {/* A stroke of no length: a single bucket is a dot. */}
      <path class="line" d={values.length > 0 ? `${path(values)} h0` : ""} />
    </svg>
  );
};

const Figures = ({ values, past, labels, name }: Props) => (
  <details>
    <summary>As a table</summary>
    <table>
      <caption class="unseen">{name}</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col" class="right">
            Figure
          </th>
          <th scope="col" class="right">
            Before
          </th>
        </tr>
      </thead>
      <tbody>
        {values.map((value, index) => (
          <tr>
            <th scope="row">{labels[index]}</th>
            <td class="num right">{count(value)}</td>
            <td class="num right muted">{count(past[index] ?? 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </details>
);

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
