import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asRefusal } from "../store/fault.ts";

/** Makes the key of a visitor whose browser keeps nothing. */
export interface VisitorKeys {
  /**
   * The same for the same address and browser on one UTC day and site, and after 48 hours
   * not to be found again by anybody, as the salt is gone.
   */
  cookieless(siteId: number, address: string, agent: string, now: number): string;
  /** Forgets salts older than yesterday's; called now and then, for sites nobody visits. */
  expire(now: number): void;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Opens the salts of today and yesterday.
 *
 * They lie in a file beside the database, so that no backup carries them; they outlive a
 * restart, so that nobody is counted twice for one.
 */
export function createVisitorKeys(directory: string): VisitorKeys {
  const path = join(directory, "salts.json");
  let salts = read(path);

  const saltOf = (now: number): string => {
    const day = Math.floor(now / DAY_MS);
    const known = salts.get(day);
    if (known) return known;
    const salt = randomBytes(32).toString("base64url");
    // Older ones go: what was made with them can no longer be tied to an address.
    const kept = new Map([...salts].filter(([other]) => other === day - 1 || other === day + 1));
    kept.set(day, salt);
    // First on the disk: a salt that a restart forgets would count everybody twice.
    write(path, kept);
    salts = kept;
    return salt;
  };

  return {
    cookieless(siteId, address, agent, now) {
      const hash = createHmac("sha256", saltOf(now))
        .update(`${siteId}\n${address}\n${agent}`)
        .digest("base64url")
        .slice(0, 22);
      // Begins with its day, as what browsers keep begins with a time: see `timedDigest`.
      return (Math.floor(now / DAY_MS) * DAY_MS).toString(36) + hash;
    },
    expire(now) {
      const day = Math.floor(now / DAY_MS);
      const kept = new Map([...salts].filter(([stored]) => stored >= day - 1));
      if (kept.size === salts.size) return;
      write(path, kept);
      salts = kept;
    },
  };
}

function read(path: string): Map<number, string> {
  if (!existsSync(path)) return new Map();
  try {
    const stored = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
    return new Map(Object.entries(stored).map(([day, salt]) => [Number(day), salt]));
  } catch {
    // Cut off by a crash: the salt is made anew, and today's visitors are counted once more.
    return new Map();
  }
}

function write(path: string, salts: Map<number, string>): void {
  try {
    writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(salts)), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw asRefusal(error, "The salt of the day cannot be kept");
  }
}
