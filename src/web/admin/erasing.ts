import type { Log } from "../../lib/log.ts";

/** As long as a person looks at a button; rewriting large segments takes longer. */
const PATIENCE_MS = 5000;

/**
 * Waits for an erasure as long as somebody looks at the button.
 *
 * @returns Whether it is done; otherwise it goes on, and what fails then is logged.
 */
export async function isErasedSoon(erased: Promise<void>, log: Log): Promise<boolean> {
  let isLeftAlone = false;
  erased.catch((error) => {
    if (isLeftAlone) log.error("an erasure failed", error);
  });
  const patience = Promise.withResolvers<boolean>();
  const timer = setTimeout(patience.resolve, PATIENCE_MS, false);
  try {
    return await Promise.race([erased.then(() => true), patience.promise]);
  } finally {
    isLeftAlone = true;
    clearTimeout(timer);
  }
}
