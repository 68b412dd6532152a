import type { PropertySummary } from "../../src/stats/question.ts";
import { Bars } from "./bars.tsx";
import { amount, short } from "./figures.ts";
import { count, plural } from "./text.ts";

interface Props {
  readonly properties: readonly PropertySummary[];
  /** Where a value of a property leads. */
  readonly linkOf: (key: string, value: string) => string;
}

/** What events carried: the values that occur most, and how numbers are spread. */
export const Properties = ({ properties, linkOf }: Props) => (
  <>
    <header>
      <h2>Properties</h2>
    </header>
    {properties.length === 0 ? (
      <p class="muted">
        It carries none in this period. Hand them over as the third part of{" "}
        <code>footfall('event', name, {"{ … }"})</code>.
      </p>
    ) : (
      <div class="properties">
        {properties.map((property) => (
          <Property property={property} linkOf={linkOf} />
        ))}
      </div>
    )}
  </>
);

const Property = ({ property, linkOf }: { property: PropertySummary; linkOf: Props["linkOf"] }) => {
  const { key, events, visitors, numbers, top, distinct } = property;
  const most = Math.max(1, ...top.map((each) => each.events));
  return (
    <section class="property">
      <h3>
        <bdi>{key}</bdi>
      </h3>
      <p class="muted small">
        {plural(events, "time")}, {plural(visitors, "visitor")},{" "}
        {plural(distinct, "different value")}
      </p>
      {numbers && <Numbers name={key} numbers={numbers} />}
      {(numbers === undefined || distinct <= 10) && (
        <Bars
          heads={["Times"]}
          empty=""
          rows={top.map((each) => ({
            key: each.value,
            name: each.value === "" ? "(empty)" : each.value,
            href: linkOf(key, each.value),
            values: [count(each.events)],
            bar: each.events / most,
          }))}
        />
      )}
      {distinct > top.length && numbers === undefined && (
        <p class="muted small">and {count(distinct - top.length)} more</p>
      )}
    </section>
  );
};

const Numbers = ({
  name,
  numbers,
}: {
  name: string;
  numbers: NonNullable<PropertySummary["numbers"]>;
}) => (
  <>
    <dl class="figures">
      {(
        [
          ["Sum", numbers.sum],
          ["Average", numbers.count === 0 ? null : numbers.sum / numbers.count],
          ["Least", numbers.min],
          ["Most", numbers.max],
        ] as const
      ).map(([label, value]) => (
        <div>
          <dt>{label}</dt>
          <dd class="num">{amount(value)}</dd>
        </div>
      ))}
    </dl>
    {numbers.bins.length > 1 && <Histogram name={name} bins={numbers.bins} />}
  </>
);

const HEIGHT = 60;

/** How numbers are spread; as a picture, and in words for whoever does not see it. */
const Histogram = ({
  name,
  bins,
}: {
  name: string;
  bins: NonNullable<PropertySummary["numbers"]>["bins"];
}) => {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const peak = bins.find((bin) => bin.count === most)!;
  return (
    <figure class="histogram">
      <svg
        viewBox={`0 0 ${bins.length * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`How ${name} is spread: most often between ${amount(peak.from)} and ${amount(peak.until)}`}
      >
        {bins.map((bin, index) => {
          const height = bin.count === 0 ? 0 : Math.max(2, (bin.count / most) * HEIGHT);
          return (
            <rect x={index * 10 + 0.5} y={HEIGHT - height} width={9} height={height}>
              <title>
                {`${amount(bin.from)} to ${amount(bin.until)}: ${plural(bin.count, "time")}`}
              </title>
            </rect>
          );
        })}
      </svg>
      <figcaption class="muted small num">
        <span>{short(bins[0]!.from)}</span>
        <span>{short(bins.at(-1)!.until)}</span>
      </figcaption>
    </figure>
  );
};
