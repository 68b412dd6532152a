import type { VNode } from "preact";
import type { Part } from "./statistics.tsx";

/** What is ready within this time comes with the page; a person takes it for at once. */
const GRACE_MS = 80;
/** A site that was too slow for it is not waited for again for so long. */
const SLOW_MS = 60_000;
/** A browser asks for what is missing as soon as it has the page; later nobody will. */
const KEPT_MS = 10_000;

/** Who looks at what: a part looks the same for these only. */
export interface Looker {
  readonly userId: number;
  readonly zone: string;
  readonly siteId: number;
}

export interface Grace {
  /**
   * Makes the parts of a page, and gives the place of a part for each that is not ready in time.
   *
   * @param signal Ends all of it, if the browser goes away meanwhile.
   */
  parts(looker: Looker, signal: AbortSignal, parts: readonly Part[]): Promise<readonly VNode[]>;
  /** A part that was begun for a page and is asked for now. @param url Of the request. */
  take(looker: Looker, url: string): Promise<VNode> | undefined;
}

interface Begun {
  readonly made: Promise<VNode>;
  readonly end: AbortController;
}

/**
 * Makes what decides whether a part comes with the page.
 *
 * On most sites everything is ready in some milliseconds: then nothing flickers, and nothing is
 * asked in a second request. Where it takes longer, the page goes out with the places, the work
 * goes on, and the browser is given what it came to. Who opens the next page asks for that, so
 * what was begun for the one before is ended.
 */
export function createGrace(now: () => number, graceMs = GRACE_MS, keptMs = KEPT_MS): Grace {
  const slowUntil = new Map<number, number>();
  const begun = new Map<string, Map<string, Begun>>();

  const drop = (who: string, own = begun.get(who)) => {
    for (const { end } of own?.values() ?? []) end.abort();
    if (begun.get(who) === own) begun.delete(who);
  };

  return {
    async parts(looker, signal, parts) {
      const who = keyOf(looker);
      drop(who);
      const end = new AbortController();
      const leave = () => end.abort();
      signal.addEventListener("abort", leave);
      const making = parts.map(({ make }) => make(end.signal));
      const isSlow = (slowUntil.get(looker.siteId) ?? 0) > now();
      const nodes = await firstOf(making, isSlow ? 0 : graceMs);
      signal.removeEventListener("abort", leave);

      const late = new Map<string, Begun>();
      for (const [index, { url }] of parts.entries()) {
        if (!nodes[index]) late.set(url, { made: making[index]!, end });
      }
      if (late.size > 0) {
        if (!isSlow) slowUntil.set(looker.siteId, now() + SLOW_MS);
        begun.set(who, late);
        setTimeout(() => drop(who, late), keptMs).unref();
      }
      return parts.map(({ waiting }, index) => nodes[index] ?? waiting);
    },
    take(looker, url) {
      const { pathname, search } = new URL(url, "http://localhost");
      const own = begun.get(keyOf(looker));
      const part = own?.get(pathname + search);
      own?.delete(pathname + search);
      return part?.end.signal.aborted ? undefined : part?.made;
    },
  };
}

const keyOf = ({ userId, zone, siteId }: Looker): string => `${userId} ${siteId} ${zone}`;

/** What is made in time; `undefined` for the others, and for those that failed. */
async function firstOf<T>(making: readonly Promise<T>[], ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  // One that fails asks again by itself, and says then what is wrong.
  const made = await Promise.all(
    making.map((each) => Promise.race([each.catch(() => undefined), deadline])),
  );
  clearTimeout(timer);
  return made;
}
