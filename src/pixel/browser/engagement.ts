// How long a page is looked at, and how far it is seen: told when it is hidden or left, and again
// when it was looked at further.
//
// Looked at is a page that is visible and has the focus, until a minute after the last sign of
// life: something pressed, moved or scrolled, or a video playing aloud.

const IDLE_MS = 6e4;
/** Told at the latest after so long: who reads on must stay in the visit, which ends after 30 minutes. */
const SILENCE_MS = 12e5;

let tell: () => void;
let toldAt = 0;
let last = 0;
let active: boolean | undefined;
let lookedUntil = 0;
let spent = 0;
let told = 0;
let bottom = 0;
let height: number;
let further: unknown;

/** Counts what passed since the last sign of life, which this is. */
const tick = () => {
  const now = Date.now();
  // Clocks are set, and machines sleep.
  const passed = Math.min(now - last, IDLE_MS);
  if (active && passed > 0) {
    spent += passed;
    lookedUntil = last + passed;
  }
  last = now;
  active = !document.hidden && document.hasFocus();
  if (now - toldAt > SILENCE_MS) tell();
};

/**
 * Notes how far down the page is seen.
 *
 * In pixels: what has been seen is a smaller part of a page that grew meanwhile.
 *
 * @param isShown Whether it is this page that is scrolled, and not already the next route.
 */
const measure = (isShown: boolean) => {
  const { scrollHeight, clientHeight, scrollTop } =
    document.scrollingElement || document.documentElement;
  const seen = isShown ? clientHeight + scrollTop : clientHeight;
  height = scrollHeight;
  if (seen > bottom) {
    further = isShown && scrollTop;
    bottom = seen;
  }
};

for (const type of "focus blur visibilitychange pointermove pointerdown keydown timeupdate scroll".split(
  " ",
)) {
  addEventListener(
    type,
    ({ target }) => {
      if (!last || (target as HTMLMediaElement).muted) return;
      tick();
      if (type == "scroll") measure(true);
    },
    { capture: true, passive: true },
  );
}

const automatic = $automatic;
$automatic = (record) => {
  const leave = automatic?.(record);
  tell = () => {
    toldAt = Date.now();
    tick();
    measure(document.hidden);
    // A tenth of what was told: who goes to and fro a hundred times makes no hundred of them.
    if (spent < 1e3 + told / 10 && !further) return;
    record(
      "engagement",
      {
        engaged: Math.round(spent / 100),
        scroll: Math.round(Math.min(1, bottom / height || 0) * 100),
      },
      // Not now: the visit did not last while nobody looked.
      { age: lookedUntil },
    );
    told += spent;
    further = spent = 0;
  };
  lookedUntil = toldAt = Date.now();
  tick();
  further = spent = told = bottom = 0;
  return () => {
    leave?.();
    tell();
  };
};
