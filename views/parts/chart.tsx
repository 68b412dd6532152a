import type { ComponentChildren } from "preact";
import { count } from "./text.ts";

interface Props {
  /** One for each bucket that has begun; what is still to come has none. `null` is no figure. */
  readonly values: readonly (number | null)[];
  readonly past: readonly (number | null)[];
  /** What each bucket is called, for reading a value off. */
  readonly labels: readonly string[];
  readonly pastLabels?: readonly string[] | undefined;
  readonly name: string;
  /** What the past is; nothing is drawn of it where it is `undefined`. */
  readonly pastName?: string | undefined;
  readonly format?: (value: number) => string;
  /** How values read on the scale. */
  readonly scale?: (value: number) => string;
  /** Values are times: a scale of 30 s and 2 m reads better than one of 25 and 50. */
  readonly isTime?: boolean;
  /** The highest that can be, such as all of a share. */
  readonly most?: number | undefined;
  /** Where a bucket leads: to itself as a period. */
  readonly hrefs?: readonly (string | undefined)[] | undefined;
  readonly children?: ComponentChildren;
}

const HEIGHT = 200;
const SHORT = new Intl.NumberFormat("en", { notation: "compact" });

/** A rounded number at or above the largest value, whose half is whole as well. */
function niceTop(values: readonly number[], { isTime = false, most }: Partial<Props>): number {
  const largest = Math.max(0, ...values);
  if (isTime) {
    const steps = [4, 10, 20, 30, 60, 120, 240, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800];
    return (steps.find((step) => step * 1000 >= largest) ?? 86_400) * 1000;
  }
  if (most === 1) return [0.1, 0.2, 0.4, 0.6, 0.8].find((step) => step >= largest) ?? 1;
  const atLeast = Math.max(4, largest);
  const magnitude = 10 ** Math.floor(Math.log10(atLeast));
  const step = [1, 2, 4, 6, 8, 10].find((factor) => factor * magnitude >= atLeast) ?? 10;
  return step * magnitude;
}

/** Whether a bucket's value would stick out to the right of the chart. */
const isFar = (index: number, length: number) => index >= length / 2;

const isNumber = (value: number | null): value is number => value !== null;

/**
 * A series with the one before it as a thin dashed line.
 *
 * Drawn 100 units wide a bucket and stretched to the screen; words would be stretched with it,
 * so they stand in columns over it. Pointing at one tells its value; the table below tells all
 * to whoever has no pointer.
 */
export const Chart = (props: Props) => {
  const { values, past, labels, name, pastName = "the period before" } = props;
  const { format = count, scale = (value) => SHORT.format(value), hrefs } = props;
  const top = niceTop([...values, ...past].filter(isNumber), props);
  const hasPast = props.past.length > 0;
  const read = (value: number | null | undefined) => (value == null ? "–" : format(value));
  return (
    <figure class="chart" aria-label={name}>
      <div class="plot" aria-hidden="true">
        <Lines values={values} past={past} top={top} buckets={labels.length} />
        <span class="scale num">{scale(top)}</span>
        <span class="scale half num">{scale(top / 2)}</span>
        <ol class="columns">
          {labels.map((label, index) => (
            <li class={isFar(index, labels.length) ? "far" : undefined}>
              {index % Math.ceil(labels.length / 7) === 0 && <span class="tick">{label}</span>}
              {hrefs?.[index] && <a href={hrefs[index]} tabindex={-1} />}
              <span class="tip num">
                <b>{index < values.length ? read(values[index]) : "to come"}</b>
                <span>{label}</span>
                {hasPast && (
                  <span class="muted small">
                    {props.pastLabels?.[index] ?? "before"}: {read(past[index] ?? null)}
                  </span>
                )}
              </span>
            </li>
          ))}
        </ol>
      </div>
      <figcaption>
        <span>
          <span class="key">{name}</span> {hasPast && <span class="key before">{pastName}</span>}
        </span>
        {props.children}
        <Figures {...props} read={read} />
      </figcaption>
    </figure>
  );
};

/** A line through what is known; where nothing is, it is interrupted. */
function pathThrough(
  points: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  let isOpen = false;
  const parts = points.map((value, index) => {
    if (value === null) {
      isOpen = false;
      return "";
    }
    const sign = isOpen ? "L" : "M";
    isOpen = true;
    // A stroke of no length: a value between two gaps is a dot.
    return `${sign}${x(index)} ${y(value)}${sign === "M" ? " h0" : ""}`;
  });
  return parts.filter(Boolean).join(" ");
}

/** What lies under the line, as far as it goes. */
function areaUnder(
  points: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  const path = pathThrough(points, x, y).replaceAll(" h0", "");
  const runs = path.split("M").filter(Boolean);
  return runs
    .map((run) => {
      const places = run.split("L").map((point) => point.trim().split(" ")[0]);
      return `M${places[0]} ${HEIGHT} L${run.trim()} L${places.at(-1)} ${HEIGHT}Z`;
    })
    .join(" ");
}

const Lines = ({
  values,
  past,
  top,
  buckets,
}: Pick<Props, "values" | "past"> & { top: number; buckets: number }) => {
  const width = Math.max(1, buckets) * 100;
  const x = (index: number) => index * 100 + 50;
  const y = (value: number) => Math.round((HEIGHT - (value / top) * HEIGHT) * 100) / 100;
  return (
    <svg viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none">
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <line class="grid" x1={0} x2={width} y1={HEIGHT * part} y2={HEIGHT * part} />
      ))}
      <path class="area" d={areaUnder(values, x, y)} />
      <path class="past" d={pathThrough(past.slice(0, buckets), x, y)} />
      <path class="line" d={pathThrough(values, x, y)} />
    </svg>
  );
};

const Figures = ({
  values,
  past,
  labels,
  name,
  hrefs,
  read,
}: Props & { read: (value: number | null | undefined) => string }) => (
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
          {past.length > 0 && (
            <th scope="col" class="right">
              Before
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {values.map((value, index) => (
          <tr>
            <th scope="row">
              {hrefs?.[index] ? <a href={hrefs[index]}>{labels[index]}</a> : labels[index]}
            </th>
            <td class="num right">{read(value)}</td>
            {past.length > 0 && <td class="num right muted">{read(past[index] ?? null)}</td>}
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
