import { readFileSync } from "node:fs";
import type { CityResponse } from "mmdb-lib";
import { Refusal } from "./errors.ts";

/** Where an address is, as far as it is known. */
export interface Place {
  /** ISO 3166 code. */
  readonly country: string | undefined;
  /** With its country, since some names are those of several: `Bavaria, DE`. */
  readonly region: string | undefined;
  /** With region and country: `Munich, Bavaria, DE`. */
  readonly city: string | undefined;
}

export type PlaceOf = (address: string) => Place;

const NOWHERE: Place = { country: undefined, region: undefined, city: undefined };
/** Records kept as decoded; many networks share one, and decoding one takes 30 µs. */
const MOST_KEPT = 10_000;

/**
 * Opens a database of places in MaxMind's format, such as GeoLite2-City or DB-IP's.
 *
 * It is read into memory as a whole: mapped, a file that is replaced in place would end the
 * process. What is kept between look-ups are records of the file, never addresses.
 *
 * @throws {Refusal} `unavailable`, if it is not there, is none, or knows no places.
 */
export async function openGeoDatabase(path: string): Promise<PlaceOf> {
  const bytes = read(path);
  // Only who brings a file pays for the library.
  const { Reader } = await import("mmdb-lib");
  const kept = new Map<string | number, unknown>();
  const cache = {
    get: (key: string | number) => kept.get(key),
    set(key: string | number, value: unknown) {
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, value);
    },
  };
  const damaged = (cause: unknown) =>
    new Refusal("unavailable", `${path} is damaged, or no database in MaxMind's format`, { cause });

  let reader;
  try {
    reader = new Reader<CityResponse>(bytes, { cache });
    reader.get("192.0.2.1");
  } catch (error) {
    throw damaged(error);
  }
  const { databaseType } = reader.metadata;
  if (!/city|country|location|enterprise/i.test(databaseType)) {
    throw new Refusal("unavailable", `${path} is a ${databaseType}: one of cities is needed`);
  }

  return (address) => {
    try {
      const found = reader.get(address.replace(/^::ffff:(?=\d+\.)/i, ""));
      return found ? toPlace(found) : NOWHERE;
    } catch {
      // A spot of the file is damaged: an event without a place is better than none.
      return NOWHERE;
    }
  };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw new Refusal("unavailable", `Cannot read the file of places ${path}: ${code ?? cause}`, {
      cause,
    });
  }
}

function toPlace({ country, subdivisions, city }: CityResponse): Place {
  const code = country?.iso_code;
  const within = (...names: (string | undefined)[]) => names.filter(Boolean).join(", ");
  const region = subdivisions?.[0]?.names?.en;
  const name = city?.names?.en;
  return {
    country: code,
    region: region && within(region, code),
    city: name && within(name, region, code),
  };
}
