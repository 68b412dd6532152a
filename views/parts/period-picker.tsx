import type { Link } from "../../src/stats/address.ts";
import type { Comparison } from "../../src/stats/comparison.ts";

export interface PeriodChoice {
  readonly name: string;
  readonly label: string;
}

interface Props {
  readonly link: Link;
  readonly period: PeriodChoice & {
    readonly fromDay: string;
    readonly untilDay: string;
    /** The days in words, `26 Oct–24 Nov 2026`. */
    readonly days: string;
  };
  readonly periods: readonly PeriodChoice[];
  /** The period just before and after, where there is one. */
  readonly earlier?: string | undefined;
  readonly later?: string | undefined;
}

/** Which time is looked at: the usual choices, days of one's own, and arrows to move by one. */
export const PeriodPicker = ({ link, period, periods, earlier, later }: Props) => (
  <div class="period-picker" role="group" aria-label="Period">
    <Arrow href={earlier} label="The period before" sign="‹" />
    <details class="menu period">
      <summary class="btn" title={period.days}>
        {period.label}
      </summary>
      <div class="panel menu-body">
        <div class="period-choices">
          {periods.map(({ name, label }) => (
            <a
              href={link({ period: name, unit: undefined })}
              aria-current={name === period.name ? "true" : undefined}
            >
              {label}
            </a>
          ))}
        </div>
        <OwnDays link={link} period={period} />
      </div>
    </details>
    <Arrow href={later} label="The period after" sign="›" />
  </div>
);

const Arrow = ({
  href,
  label,
  sign,
}: {
  href?: string | undefined;
  label: string;
  sign: string;
}) =>
  href === undefined ? (
    <span class="btn arrow" aria-hidden="true">
      {sign}
    </span>
  ) : (
    <a class="btn arrow" href={href} aria-label={label} title={label}>
      {sign}
    </a>
  );

const OwnDays = ({ link, period }: Pick<Props, "link" | "period">) => {
  const [path, query = ""] = link({ period: "custom", from: undefined, unit: undefined }).split(
    "?",
  );
  const hidden = [...new URLSearchParams(query)].filter(([name]) => name !== "until");
  return (
    <form method="get" action={path}>
      {hidden.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <label>
        <span class="small muted">From</span>
        <input type="date" name="from" aria-label="First day" value={period.fromDay} required />
      </label>
      <label>
        <span class="small muted">To</span>
        <input type="date" name="until" aria-label="Last day" value={period.untilDay} required />
      </label>
      <button class="btn">Show these days</button>
    </form>
  );
};

const COMPARISONS: readonly (readonly [Comparison, string, string])[] = [
  ["previous", "vs. the period before", "The period before"],
  ["year", "vs. a year ago", "The same a year ago"],
  ["none", "Not compared", "Nothing"],
];

/** With what the period is compared. */
export const ComparisonMenu = ({ link, compare }: { link: Link; compare: Comparison }) => (
  <details class="menu period">
    <summary class="btn">{COMPARISONS.find(([name]) => name === compare)?.[1]}</summary>
    <div class="panel menu-body">
      {COMPARISONS.map(([name, , label]) => (
        <a href={link({ compare: name })} aria-current={name === compare ? "true" : undefined}>
          {label}
        </a>
      ))}
    </div>
  </details>
);
