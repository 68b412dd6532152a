import { isAbsolute, resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { parseSmtpUrl } from "./channels/email/account.ts";
import { parseTrustProxy } from "./lib/client-address.ts";

/** Every setting, read once at start. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** Where people reach the admin, and pixels the server; without a slash at the end. */
  readonly url: string;
  /** Whether the operator chose the address; if not, any name of this machine will do. */
  readonly urlIsSet: boolean;
  /** Undefined: made once and kept in the data directory. */
  readonly secret: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly trustProxy: string;
  /** Events a minute and address; 0 switches the limit off. */
  readonly rateLimit: number;
  /** Of decoded columns, for all threads of statistics together. */
  readonly statsMemoryBytes: number;
  readonly tlsCertificate: string | undefined;
  readonly tlsKey: string | undefined;
  readonly metrics: boolean;
  readonly log: "quiet" | "normal" | "verbose";
  /** Networks that webhooks may reach though they are private. */
  readonly allowNetworks: readonly string[];
  /** File of places by address; undefined: the country is that of the browser's time zone. */
  readonly geoDatabase: string | undefined;
}

/** One line of the table of settings in the README; a test compares the two. */
export interface Setting {
  readonly name: string;
  readonly fallback: string;
  readonly meaning: string;
}

export const SETTINGS: readonly Setting[] = [
  { name: "FOOTFALL_PORT", fallback: "3000", meaning: "Port to listen on" },
  {
    name: "FOOTFALL_HOST",
    fallback: "localhost",
    meaning: "Address to listen on; 0.0.0.0 for all",
  },
  {
    name: "FOOTFALL_DATA",
    fallback: "./data",
    meaning: "Directory of the database and its backups",
  },
  {
    name: "FOOTFALL_URL",
    fallback: "http://localhost:3000",
    meaning: "Address under which browsers reach Footfall; the admin answers only there",
  },
  {
    name: "FOOTFALL_SECRET",
    fallback: "made at first start, kept in the data directory",
    meaning: "Key that seals stored secrets; at least 32 characters",
  },
  {
    name: "FOOTFALL_SMTP_URL",
    fallback: "none; set in the admin instead",
    meaning: "Mail server, such as smtp://user:password@mail.example:587?from=shop@example.com",
  },
  {
    name: "FOOTFALL_TRUST_PROXY",
    fallback: "none",
    meaning: "Number of proxies in front, or their networks, such as 10.0.0.0/8,fd00::/8",
  },
  {
    name: "FOOTFALL_RATE_LIMIT",
    fallback: "600",
    meaning: "Events a minute and address; 0 switches the limit off",
  },
  {
    name: "FOOTFALL_STATS_MEMORY",
    fallback: "110",
    meaning: "Memory for columns that statistics have at hand, MB",
  },
  { name: "FOOTFALL_TLS_CERT", fallback: "none", meaning: "Certificate file, PEM; with _TLS_KEY" },
  { name: "FOOTFALL_TLS_KEY", fallback: "none", meaning: "Key file of the certificate, PEM" },
  { name: "FOOTFALL_METRICS", fallback: "off", meaning: "on: figures for Prometheus at /metrics" },
  { name: "FOOTFALL_LOG", fallback: "normal", meaning: "quiet, normal or verbose" },
  {
    name: "FOOTFALL_ALLOW_NETWORKS",
    fallback: "none",
    meaning: "Private networks that webhooks may reach all the same, such as 10.1.0.0/16",
  },
  {
    name: "FOOTFALL_GEO_DATABASE",
    fallback: "none; countries by time zone",
    meaning: "File of cities by address in MaxMind's format (.mmdb), read at the start",
  },
];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from the environment.
 *
 * @throws {Error} that lists every mistake at once, so that a start is not a guessing game.
 */
export function readConfig(env: Environment): Config {
  const mistakes: string[] = [];
  const value = (name: string) => env[name]?.trim() || undefined;

  const known = new Set(SETTINGS.map(({ name }) => name));
  for (const name of Object.keys(env)) {
    if (!name.startsWith("FOOTFALL_") || known.has(name)) continue;
    mistakes.push(`${name} is not a setting; there are ${[...known].join(", ")}`);
  }

  const number = (name: string, fallback: number, least: number, most: number): number => {
    const text = value(name);
    if (text === undefined) return fallback;
    const parsed = Number(text);
    if (Number.isInteger(parsed) && parsed >= least && parsed <= most) return parsed;
    mistakes.push(`${name} must be a whole number from ${least} to ${most}, not "${text}"`);
    return fallback;
  };

  const choice = <T extends string>(name: string, choices: readonly T[], fallback: T): T => {
    const text = value(name);
    const found = choices.find((each) => each === text);
    if (text !== undefined && !found) {
      mistakes.push(`${name} must be one of ${choices.join(", ")}, not "${text}"`);
    }
    return found ?? fallback;
  };

  const port = number("FOOTFALL_PORT", 3000, 0, 65_535);
  const tlsCertificate = value("FOOTFALL_TLS_CERT");
  const tlsKey = value("FOOTFALL_TLS_KEY");
  if ((tlsCertificate === undefined) !== (tlsKey === undefined)) {
    mistakes.push("FOOTFALL_TLS_CERT and FOOTFALL_TLS_KEY are needed together");
  }
  const secret = value("FOOTFALL_SECRET");
  if (secret !== undefined && secret.length < 32) {
    mistakes.push("FOOTFALL_SECRET must have at least 32 characters");
  }
  const typedUrl = value("FOOTFALL_URL");
  const fallbackUrl = `${tlsCertificate ? "https" : "http"}://localhost:${port}`;
  const url = readUrl(typedUrl ?? fallbackUrl, mistakes);
  const data = value("FOOTFALL_DATA") ?? "./data";
  const smtpUrl = value("FOOTFALL_SMTP_URL");
  const trustProxy = value("FOOTFALL_TRUST_PROXY") ?? "";
  const allowNetworks = (value("FOOTFALL_ALLOW_NETWORKS") ?? "")
    .split(",")
    .map((network) => network.trim())
    .filter(Boolean);

  /** What another part reads is tried here, so that its mistakes are told with the others. */
  const tryOut = (name: string, read: () => unknown) => {
    try {
      read();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      mistakes.push(message.includes(name) ? message : `${name}: ${message}`);
    }
  };
  if (smtpUrl !== undefined) tryOut("FOOTFALL_SMTP_URL", () => parseSmtpUrl(smtpUrl));
  tryOut("FOOTFALL_TRUST_PROXY", () => parseTrustProxy(trustProxy));
  for (const network of allowNetworks) {
    if (ipaddr.isValidCIDR(network)) continue;
    mistakes.push(
      `FOOTFALL_ALLOW_NETWORKS must be networks like 10.1.0.0/16, separated by commas, not "${network}"`,
    );
  }

  const config: Config = {
    host: value("FOOTFALL_HOST") ?? "localhost",
    port,
    dataDirectory: isAbsolute(data) ? data : resolve(data),
    url,
    urlIsSet: typedUrl !== undefined,
    secret,
    smtpUrl,
    trustProxy,
    rateLimit: number("FOOTFALL_RATE_LIMIT", 600, 0, 1_000_000),
    statsMemoryBytes: number("FOOTFALL_STATS_MEMORY", 110, 16, 65_536) * 1024 * 1024,
    tlsCertificate,
    tlsKey,
    metrics: choice("FOOTFALL_METRICS", ["off", "on"], "off") === "on",
    log: choice("FOOTFALL_LOG", ["quiet", "normal", "verbose"], "normal"),
    allowNetworks,
    geoDatabase: value("FOOTFALL_GEO_DATABASE"),
  };
  if (mistakes.length > 0) throw new Error(mistakes.join("\n"));
  return config;
}

function readUrl(text: string, mistakes: string[]): string {
  const url = URL.parse(text);
  const fine =
    url && (url.protocol === "http:" || url.protocol === "https:") && url.pathname === "/";
  if (fine && url.search === "" && url.username === "") return url.origin;
  mistakes.push(`FOOTFALL_URL must be an address like https://stats.example.com, not "${text}"`);
  return "http://localhost:3000";
}
