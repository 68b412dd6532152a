import { count } from "./text.ts";

const TENTHS = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const CENTS = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** What stands where there is nothing to divide by. */
export const NOTHING = "–";

/** A share from 0 to 1 as `3.1 %`; a trace is not nothing. */
export function percent(rate: number | null | undefined): string {
  if (rate === null || rate === undefined) return NOTHING;
  if (rate > 0 && rate < 0.001) return "< 0.1 %";
  // All but a few are not all.
  if (rate < 1 && rate > 0.999) return "> 99.9 %";
  return `${TENTHS.format(rate * 100)}\u00a0%`;
}

/** A sum or an average of whatever unit. */
export function amount(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  if (Math.abs(value) >= 1e15) return SHORT.format(value);
  return Number.isInteger(value) ? count(value) : CENTS.format(value);
}

/** A figure where there is little room. */
export const short = (value: number): string =>
  Math.abs(value) < 10_000 ? count(value) : SHORT.format(value);

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** How long something took, in its two largest units: `2 min 5 s`. */
export function lasting(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return NOTHING;
  if (ms < 1000) return ms === 0 ? "0 s" : "< 1 s";
  const index = UNITS.findIndex(([, size]) => ms >= size);
  const [unit, size] = UNITS[index]!;
  const next = UNITS[index + 1];
  const whole = Math.floor(ms / size);
  const rest = next ? Math.floor((ms % size) / next[1]) : 0;
  const text = rest > 0 && next ? `${whole} ${unit} ${rest} ${next[0]}` : `${whole} ${unit}`;
  return text.replaceAll(" ", "\u00a0");
}
