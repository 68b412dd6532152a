import { afterAll, beforeAll, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openGeoDatabase } from "../../src/lib/geo-database.ts";
import { addTestSite, startApp, submission } from "../helpers/app.ts";
import { geoFile } from "../helpers/geo-file.ts";
import { ask } from "../helpers/rows.ts";
import { testFolder } from "../helpers/store.ts";

const MUNICH = {
  country: { iso_code: "DE", names: { en: "Germany" } },
  subdivisions: [{ iso_code: "BY", names: { en: "Bavaria" } }],
  city: { names: { en: "Munich", de: "München" } },
};

let folder: string;
beforeAll(() => {
  folder = testFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(bytes: Uint8Array): string {
  const path = join(folder, `${crypto.randomUUID()}.mmdb`);
  writeFileSync(path, bytes);
  return path;
}

const CITIES = geoFile({
  "81.2.69.0/24": MUNICH,
  "81.2.70.0/24": { country: { iso_code: "SG" }, city: { names: { en: "Singapore" } } },
  "81.2.71.7/32": { country: { iso_code: "FR" } },
});

test.each([
  ["81.2.69.142", { country: "DE", region: "Bavaria, DE", city: "Munich, Bavaria, DE" }],
  ["::ffff:81.2.69.1", { country: "DE", region: "Bavaria, DE", city: "Munich, Bavaria, DE" }],
  ["81.2.70.1", { country: "SG", region: undefined, city: "Singapore, SG" }],
  ["81.2.71.7", { country: "FR", region: undefined, city: undefined }],
  ["81.2.71.8", { country: undefined, region: undefined, city: undefined }],
  ["::1", { country: undefined, region: undefined, city: undefined }],
])("the place of %s is looked up in the operator's file", async (address, place) => {
  const placeOf = await openGeoDatabase(fileOf(CITIES));

  expect(placeOf(address)).toEqual(place);
});

test.each([
  ["is not there", () => join(folder, "none.mmdb"), "Cannot read the file of places"],
  ["is empty", () => fileOf(new Uint8Array()), "no database in MaxMind's format"],
  ["is something else", () => fileOf(new Uint8Array(5000).fill(65)), "no database in MaxMind's"],
  ["was cut", () => fileOf(CITIES.subarray(0, CITIES.length - 40)), "no database in MaxMind's"],
  ["knows no places", () => fileOf(geoFile({}, "Test-ASN")), "is a Test-ASN"],
])("a start with a file that %s fails, and says so", async (_, path, words) => {
  const error = await startApp({ env: { FOOTFALL_GEO_DATABASE: path() } }).catch((e) => e);

  expect(String(error.message)).toContain(words);
});

test("a visit has country, region and city of its address, and the address is nowhere", async () => {
  const env = { FOOTFALL_GEO_DATABASE: fileOf(CITIES), FOOTFALL_TRUST_PROXY: "1" };
  const app = await startApp({ env });
  const key = await addTestSite(app);
  const from = (address: string) => ({ "x-forwarded-for": address });

  await app.send(key, submission({ visitor: "a".repeat(20) }), from("81.2.69.142"));
  await app.send(key, submission({ visitor: "b".repeat(20) }), from("192.0.2.9"));

  const places = ask(
    app,
    `select c.text as country, r.text as region, t.text as city from sessions s
     left join terms c on c.id = s.country left join terms r on r.id = s.region
     left join terms t on t.id = s.city order by s.id`,
  );
  expect(places).toEqual([
    { country: "DE", region: "Bavaria, DE", city: "Munich, Bavaria, DE" },
    { country: "DE", region: null, city: null },
  ]);
  expect(ask(app, "select 1 from terms where text like '%81.2.69%'")).toEqual([]);
  await app.close();
});
