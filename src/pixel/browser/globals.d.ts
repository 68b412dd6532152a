// What the composed script gives to its pieces: parameters of the function around them.

/** What all that is kept in the browser is called, `ff_KEY`. */
declare const $name: `ff_${string}`;
/** Where to send, `https://stats.example/e/KEY`. */
declare const $target: string;
/** 0 storage, 1 cookieless, 2 consent, 3 strict. */
declare const $mode: number;
/** Automatic events: name, and what must hold. */
declare const $events: readonly (readonly [
  string,
  readonly (readonly [string, string, string])[],
])[];
interface Window {
  footfall?: Api;
}
/** How each kind of condition is watched; filled by the pieces the site needs. */
declare const $watches: Record<string, ConditionWatch>;
/**
 * Set by the pieces that watch a page view, each around the one before; absent on a site without.
 *
 * Called when a view begins; what it returns is called when the page is hidden or left, which may
 * be more than once.
 */
declare let $automatic:
  | ((
      record: (name: string, props?: Record<string, unknown>, more?: { age: number }) => void,
    ) => () => void)
  | undefined;

/** Begins to watch one condition of a page view. @returns Whether it holds now. */
type ConditionWatch = (
  operator: string,
  value: string,
  look: () => void,
  view: { left: boolean },
) => () => boolean | undefined;
