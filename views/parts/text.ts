const WHOLE = new Intl.NumberFormat("en");

/** A count as people read it. */
export const count = (value: number): string => WHOLE.format(value);

/** A number with its noun. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A share of a whole, `38 %`; a trace is not nothing. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0 %";
  const percent = (part / whole) * 100;
  return percent < 1 ? "< 1 %" : `${Math.round(percent)} %`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A stretch of time in its largest even unit: `90 minutes`, `2 days`. */
export function duration(ms: number): string {
  const units: readonly [number, string][] = [
    [DAY_MS, "day"],
    [HOUR_MS, "hour"],
    [MINUTE_MS, "minute"],
    [1000, "second"],
  ];
  const [size, name] = units.find(([unit]) => ms >= unit && ms % unit === 0) ?? [1000, "second"];
  return plural(Math.round(ms / size), name);
}

const SOURCES: Readonly<Record<string, string>> = {
  email: "E-mail",
  direct: "Direct",
  search: "Search",
  social: "Social",
  referral: "Referral",
  paid: "Paid",
  messenger: "Messenger",
  ai: "AI assistant",
  campaign: "Campaign",
};

/** Where a visit came from, in words. */
export const sourceName = (source: string): string => SOURCES[source] ?? source;

const REGIONS = new Intl.DisplayNames("en", { type: "region" });
/** To look one up takes as long as to write the row that names it. */
const countries = new Map<string, string>();

/** A country's name by its code. */
export function countryName(code: string | null | undefined): string {
  if (!code) return "Unknown";
  let name = countries.get(code);
  if (name !== undefined) return name;
  name = lookUp(code);
  // In an address there may be anything.
  if (code.length === 2) countries.set(code, name);
  return name;
}

function lookUp(code: string): string {
  try {
    return REGIONS.of(code) ?? code;
  } catch {
    return code;
  }
}
