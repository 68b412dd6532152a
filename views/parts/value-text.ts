import { countryName, sourceName } from "./text.ts";

const LANGUAGES = new Intl.DisplayNames("en", { type: "language" });

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const SCREENS: Readonly<Record<string, string>> = {
  wide: "Wide, from 1920 px",
  desktop: "Desktop, 1280 to 1919 px",
  laptop: "Laptop, 1024 to 1279 px",
  tablet: "Tablet, 600 to 1023 px",
  phone: "Phone, up to 599 px",
};

const VISITORS: Readonly<Record<string, string>> = {
  new: "New",
  returning: "Returning",
  known: "Known contact",
  anonymous: "Anonymous",
};

/** What stands where nothing was recorded. */
const NOTHING: Readonly<Record<string, string>> = {
  referrer: "No referrer",
  title: "No title",
  event: "No event",
  page: "No page",
};

/** A value of a dimension as people read it; `""` is what has none. */
export function valueText(dimension: string, value: string): string {
  if (value === "") {
    return NOTHING[dimension] ?? (dimension.startsWith("utm_") ? "Not given" : "Unknown");
  }
  switch (dimension) {
    case "country":
      return countryName(value);
    case "source":
      return sourceName(value);
    case "language":
      return languageName(value);
    case "hour":
      return `${value.padStart(2, "0")}:00`;
    case "weekday":
      return WEEKDAYS[Number(value) - 1] ?? value;
    case "screen":
      return SCREENS[value] ?? value;
    case "visitor":
    case "contact":
      return VISITORS[value] ?? value;
    case "device":
      return value.charAt(0).toUpperCase() + value.slice(1);
    case "event":
      return value === "page_view" ? "Page view" : value;
    default:
      return value;
  }
}

function languageName(code: string): string {
  try {
    return LANGUAGES.of(code) ?? code;
  } catch {
    return code;
  }
}

/** What an operator is called between a dimension and its values. */
export const OPERATOR_WORDS: Readonly<Record<string, string>> = {
  is: "is",
  is_not: "is not",
  contains: "contains",
  does_not_contain: "does not contain",
  starts_with: "starts with",
  ends_with: "ends with",
  greater: "is more than",
  less: "is less than",
  between: "is between",
  is_set: "is known",
  is_not_set: "is not known",
};
