// The pixel: what every site's script holds. It runs in pages of others, so it must never
// throw into them, never wait in their way, and be small: each construct here was measured.

/** The words of a call: an array, or the `arguments` that the stub kept. */
type Words = Iterable<unknown>;
type Properties = Record<string, unknown>;
interface Kept {
  /** Until it is sent, `age` is Date.now() of the browser: right or wrong, only differences count. */
  id: string;
  name: string;
  age: number;
  props?: Properties;
  signature?: string;
}
type Api = {
  (...words: never[]): void;
  /** Calls so far, for pixels that load later. */
  q: Words[];
  /** What each site's pixel does with a call, by key. */
  h?: Record<string, (words: Words) => void>;
};

const GRANTED = 1;
const DENIED = 2;
const OPTED_OUT = 3;
const COOKIELESS = 1;
const STRICT = 3;
const MOST_KEPT = 50;

const page = window as unknown as { footfall?: Api };
const entry = `ff_${$key}`;
const target = `${$server}/e/${$key}`;

/** An error of ours must not reach the page: it would stop the caller or fill its log. */
const safely =
  <Given extends unknown[]>(act: (...words: Given) => unknown) =>
  (...words: Given): void => {
    try {
      act(...words);
    } catch {}
  };

// In the capture phase all comes by, also what the page stops; passive, so that no scrolling
// waits for us.
const on = (types: string, act: (event: Event) => unknown) =>
  types
    .split(" ")
    .forEach((type) => addEventListener(type, safely(act), { capture: true, passive: true }));

/** 128 bits as text: about 25 small letters and digits. */
const random = () =>
  crypto.getRandomValues(new Uint32Array(4)).reduce((text, part) => text + part.toString(36), "");

/** The bodies among what a place keeps that are not known to have arrived. */
const waiting = (place: Record<string, string>) =>
  Object.keys(place).filter((key) => key.startsWith(`${entry}.`));

const start = () => {
  let said = 0;
  let id = "";
  let box: Record<string, string> = {};
  let viewed = "";
  let previous = document.referrer;
  let referrer = previous;
  let link = "";
  let events: Kept[] = [];
  let address = "";
  let timer: number | undefined;
  let pauseMs = 4e3;
  let sending = false;
  let leave: (() => void) | undefined;

  const asksForPrivacy =
    (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl ||
    +navigator.doNotTrack! > 0;
  const maySend = () => said < DENIED && ($mode < STRICT || said == GRANTED);
  const mayTie = () => maySend() && !asksForPrivacy && ($mode <= COOKIELESS || said == GRANTED);

  // One entry, the answer as a digit and then the id. A refusal is its digit alone, so that
  // the next page knows it: all that is ever kept where nothing else may be.
  const keep = () => {
    try {
      if (mayTie() && $mode != COOKIELESS) {
        localStorage[entry] = said + (id = id || random());
        box = localStorage;
      } else {
        id = "";
        waiting(localStorage).forEach((key) => delete localStorage[key]);
        if (said > GRANTED) localStorage[entry] = said;
        else delete localStorage[entry];
        if (box == (localStorage as unknown) || !maySend()) box = {};
      }
    } catch {
      id = "";
    }
    if (!maySend()) events = [];
  };

  const read = () => {
    try {
      const kept: string | undefined = localStorage[entry];
      if (kept) {
        said = +kept[0]!;
        id = kept.slice(1);
      }
    } catch {}
    keep();
  };

  /** Moves what waits into the box, as one body that can be sent as often as needed. */
  const pack = () => {
    if (!events[0] || !maySend()) return;
    const key = `${entry}.${events[0].id}`;
    const body = JSON.stringify({
      v: 1,
      visitor: id,
      consent: said == GRANTED && "granted",
      page: {
        url: address,
        referrer,
        title: document.title,
        screen: screen.width,
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        language: navigator.language,
      },
      link: mayTie() && link,
      events,
    });
    events = [];
    try {
      box[key] = body;
    } catch {
      // The browser's storage is full or gone: this page must do.
      box = { [key]: body };
    }
  };

  const bodyOf = (key: string) => {
    const body: { events: Kept[] } = JSON.parse(box[key]!);
    for (const event of body.events) event.age = Math.max(0, Date.now() - event.age);
    return JSON.stringify(body);
  };

  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(send, ms) as unknown as number;
  };

  const send = async () => {
    pack();
    const [key, ...more] = waiting(box);
    if (sending || !key || !maySend()) return;
    sending = true;
    let retry;
    let wait = 0;
    try {
      // Past so many the oldest goes unsent: a box must not fill the browser's storage.
      if (more.length < MOST_KEPT) {
        const { status, headers } = await fetch(target, {
          method: "POST",
          body: bodyOf(key),
          keepalive: true,
        });
        retry = status == 429 || status > 499;
        wait = +headers.get("retry-after")!;
      }
    } catch {
      retry = true;
    }
    sending = false;
    if (retry) later(wait * 1e3 || (pauseMs = Math.min(pauseMs * 2, 6e5)));
    else {
      pauseMs = 4e3;
      delete box[key];
      send();
    }
  };

  // A beacon's end is not told, so its body stays in the box: the next page sends it again, and
  // the server knows it by its id.
  const leaving = () => {
    leave?.();
    pack();
    for (const key of waiting(box)) navigator.sendBeacon(target, bodyOf(key));
  };

  const record = (name: string, props?: Properties, signature?: string) => {
    if (!maySend()) return;
    const now = Date.now();
    events.push({ id: now.toString(36) + random(), name, age: now, props, signature });
    if (events[19]) pack();
    later(9);
  };

  /** What tells one view from the next: the hash only where it is a route. */
  const place = () => location.href.replace(/#(?!!?\/).*/, "");

  const view = () => {
    leave?.();
    pack();
    viewed = place();
    referrer = previous;
    previous = address = location.href;
    record("page_view");
    leave = $automatic?.(record);
  };

  const look = () => {
    if (place() != viewed) view();
  };

  const say = (answer: number) => {
    const before = maySend();
    said = answer;
    keep();
    if (!before && maySend()) view();
  };

  const takeLink = () => {
    const clean = location.href
      .replace(/([?&])ff_id=([\w-]+)&?/, (_, before, token) => {
        link = token;
        return before;
      })
      .replace(/[?&](?=#|$)/, "");
    if (!link) return;
    history.replaceState(history.state, "", clean);
    let acted: boolean;
    on("pointerdown keydown wheel", ({ isTrusted }) => {
      if (acted || !isTrusted || !mayTie()) return;
      acted = true;
      record("interact");
    });
  };

  const calls: Record<string, (...words: never[]) => unknown> = {
    event: record,
    identify: (props: Properties, options?: { signature?: string }) => {
      if (mayTie()) record("identify", props, options?.signature);
    },
    consent: (answer: string) => say(answer == "granted" ? GRANTED : DENIED),
    optout: () => say(OPTED_OUT),
    page: view,
    reset: () => {
      pack();
      id = link = "";
      keep();
    },
  };

  read();
  takeLink();
  for (const method of ["pushState", "replaceState"] as const) {
    const original = history[method];
    history[method] = function (...words) {
      original.apply(this, words);
      safely(look)();
    };
  }
  on("popstate hashchange", look);
  // Hidden comes last, also when a page is left for good: after what the page itself does then.
  on("visibilitychange pageshow", (event) => {
    if (document.hidden) leaving();
    else {
      read();
      // Back from the back/forward cache: the same page, viewed again.
      if ((event as PageTransitionEvent).persisted) view();
      send();
    }
  });
  view();
  send();
  return safely(([call, ...words]: Words) => calls[call as string]?.(...(words as never[])));
};

const begin = safely(() => {
  const before = page.footfall;
  const api: Api = before?.h
    ? before
    : (page.footfall = Object.assign(
        function () {
          if (api.q.length < 99) api.q.push(arguments);
          for (const key in api.h) api.h[key]!(arguments);
        },
        { q: before?.q || [], h: {} },
      ));
  if (!api.h![$key]) api.q.forEach((api.h![$key] = start()));
});

if ((document as { prerendering?: boolean }).prerendering) {
  on("prerenderingchange", begin);
} else begin();
