import { ZONES_OF_COUNTRY } from "./zone-country-data.ts";

const countries = new Map<string, string>(
  Object.entries(ZONES_OF_COUNTRY).flatMap(([country, zones]) =>
    zones.split(" ").map((zone): [string, string] => [zone, country]),
  ),
);

/**
 * The country whose time a browser keeps: a good guess that needs no address.
 *
 * @param zone Name of the tz database, as browsers give it, such as `Europe/Berlin`.
 * @returns ISO 3166 code; `undefined` for zones of no country (`UTC`).
 */
export function countryOfZone(zone: string): string | undefined {
  return countries.get(zone);
}
