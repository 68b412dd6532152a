// The pixel: what every site's script holds. It runs in pages of others, so it must never
// throw into them, never wait in their way, and be small: each construct here was measured.

/** The words of a call: an array, or the `arguments` that the stub kept. */
type Words = Iterable<unknown> & ArrayLike<unknown>;
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
  q: Words[] & { [pixel: `ff_${string}`]: boolean };
  /** The parameter of a signed link; the pixel that takes it off the address tells the others. */
  l?: string;
};

const GRANTED = 1;
const DENIED = 2;
const OPTED_OUT = 3;
const COOKIELESS = 1;
const ASKS = 2;
const STRICT = 3;
const MOST_KEPT = 49;
/** A byte less than `true`, where the browser does not mind. */
const YES = 1 as unknown as true;
/** Of what outlives its page a browser takes 64 KiB at most; a character has up to 3 bytes. */
const KEEPALIVE_CHARACTERS = 2e4;

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
const on = (types: string, act: (event: PageTransitionEvent) => unknown) =>
  types
    .split(" ")
    .forEach((type) =>
      addEventListener(type, safely(act) as EventListener, { capture: YES, passive: YES }),
    );

/**
 * An id of 128 bits by chance, at most 36 small letters and digits. It begins with the time, so
 * that those made one after the other lie side by side where they are kept.
 */
const makeId = () =>
  crypto
    .getRandomValues(new Uint32Array(4))
    .reduce((text, part) => text + part.toString(36), Date.now().toString(36));

/** What the bodies that wait are called, before the id of their first event. */
const prefix = `${$name}.`;

/** The bodies among what a place keeps that are not known to have arrived, oldest first. */
const waiting = (place: Record<string, string>) =>
  Object.keys(place)
    .filter((key) => key.startsWith(prefix))
    .sort();

const start = safely(() => {
  // The stub stays in its place: the page may have kept a reference to it.
  const api = (window.footfall =
    window.footfall ||
    (function () {
      api.q.push(arguments);
    } as Api));
  const calls = (api.q = api.q || ([] as unknown as Api["q"]));
  if (calls[$name]) return;
  calls[$name] = YES;

  let said = 0;
  let id = "";
  let box: Record<string, string> = {};
  let viewed = "";
  let referrer: string | undefined;
  let events: Kept[] = [];
  let pauseMs = 0;
  let sending: unknown;
  let leave: (() => void) | undefined;
  /** Who the visitor is, said before it may be told. */
  let named: unknown;

  const asksForPrivacy =
    (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl ||
    navigator.doNotTrack == "1";
  const maySend = () => said < DENIED && ($mode < STRICT || said);
  const mayTie = () => maySend() && !asksForPrivacy && ($mode < ASKS || said);

  // One entry, the answer as a digit and then the id. A refusal is its digit alone, so that
  // the next page knows it: all that is ever kept where nothing else may be. It is read anew
  // each time, since the visitor may have answered in another tab, unless the answer is new.
  const keep = (isNew?: unknown) => {
    try {
      const kept: string = localStorage[$name] || "";
      if (!isNew) {
        said = +kept[0]! || said;
        id = kept.slice(1);
      }
      if (mayTie() && $mode != COOKIELESS) {
        localStorage[$name] = said + (id = id || makeId());
        box = localStorage;
      } else {
        id = "";
        waiting(localStorage).forEach((key) => delete localStorage[key]);
        if (said > GRANTED) localStorage[$name] = said;
        else delete localStorage[$name];
      }
    } catch {
      id = "";
    }
    if (!maySend()) {
      events = [];
      box = {};
    }
  };

  /** Moves what waits into the box, as one body that can be sent as often as needed. */
  const pack = () => {
    keep();
    if (!events[0]) return;
    const key = prefix + events[0].id;
    const body = JSON.stringify({
      v: 1,
      visitor: id,
      consent: said && "granted",
      page: {
        screen: screen.width,
        url: viewed || place(),
        title: document.title,
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        referrer,
        language: navigator.language,
      },
      // That a link led here says nothing of a person; which one does.
      link: mayTie() ? api.l : !!api.l,
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
    body.events.forEach((event) => (event.age = Math.max(0, Date.now() - event.age)));
    return JSON.stringify(body);
  };

  /** Soon, or when the pause that the server asked for is over: its timer runs already. */
  const soon = () => pauseMs || setTimeout(send, 9);

  const send = async () => {
    pack();
    const [key, ...more] = waiting(box);
    if (sending || !key) return;
    sending = YES;
    try {
      // Past so many the oldest goes unsent: a box must not fill the browser's storage.
      if (!more[MOST_KEPT]) {
        const body = bodyOf(key);
        const { status, headers } = await fetch($target, {
          method: "POST",
          body,
          keepalive: !body[KEEPALIVE_CHARACTERS],
        });
        if (status == 429 || status > 499) throw headers.get("Retry-After");
      }
      pauseMs = 0;
      delete box[key];
    } catch (seconds) {
      pauseMs = Math.min(pauseMs * 2 || 8e3, 6e5);
      setTimeout(send, +(seconds as string) * 1e3 || pauseMs);
    }
    sending = 0;
    if (!pauseMs) send();
  };

  // A beacon's end is not told, so its body stays in the box: the next page sends it again, and
  // the server knows it by its id. While the server wants a pause nothing goes.
  const leaving = () => {
    leave?.();
    pack();
    if (!pauseMs) waiting(box).forEach((key) => navigator.sendBeacon($target, bodyOf(key)));
  };

  const record = (
    name: string,
    props?: Properties,
    more?: { age?: number; signature?: string },
  ) => {
    if (!maySend()) return;
    events.push(
      // A copy: the page may change its object, and what cannot be written fails here, alone.
      JSON.parse(
        JSON.stringify({
          age: Date.now(),
          ...more,
          id: makeId(),
          name,
          props,
        }),
      ),
    );
    // Ten of the longest fit into the 64 KiB that the server takes.
    if (events[9]) pack();
    soon();
  };

  const withoutLink = () =>
    location.href.replace(/([?&])ff_id=([^&#]*)(&?)/, (_, before, token, after) => {
      api.l = token;
      return after && before;
    });

  /** What is recorded and tells one view from the next: the hash only where it is a route. */
  const place = () => withoutLink().replace(/#(?!!?\/).*/, "");

  const view = () => {
    if (!maySend()) return;
    leave?.();
    pack();
    referrer = viewed || document.referrer;
    viewed = place();
    record("page_view");
    leave = $automatic?.(record);
  };

  /** A page opened in the background counts when somebody looks at it. */
  const look = safely(() => {
    if (!document.hidden && place() != viewed) view();
  });

  // Who is recognised from now on was on this page before, and may have been named on it.
  const say = (answer: number) => {
    const isNew = viewed && said - answer;
    said = answer;
    keep(YES);
    if (isNew) record("consent");
    if (named) commands.identify!(...(named as never[]));
    look();
  };

  const commands: Record<string, (...words: never[]) => unknown> = {
    reset: () => {
      pack();
      named = id = api.l = "";
      keep(YES);
    },
    page: view,
    optout: () => say(OPTED_OUT),
    identify: (props: Properties, options?: { signature?: string }) => {
      named = mayTie() ? record("identify", props, options) : [props, options];
    },
    event: (name: string, props: Properties) => {
      // One name the server refuses would take the others of its body with it.
      if (/^[\w.:-]+$/.test(name)) record(name, props);
    },
    // A banner that grants on each page must not undo what the visitor asked for.
    consent: (word: string) =>
      said < OPTED_OUT && say({ granted: GRANTED, denied: DENIED }[word] || said),
  };

  const handle = safely(([call, ...words]: Words) =>
    commands[call as string]!(...(words as never[])),
  );

  keep();
  const clean = withoutLink();
  if (api.l) {
    history.replaceState(history.state, "", clean);
    let acted: unknown;
    on("pointerdown keydown wheel", ({ isTrusted }) => {
      if (isTrusted && mayTie() && !acted) {
        acted = YES;
        record("interact");
      }
    });
  }
  (["pushState", "replaceState"] as const).forEach((method) => {
    const original = history[method];
    history[method] = function (...words) {
      original.apply(this, words);
      look();
    };
  });
  on("popstate hashchange", look);
  // Hidden comes last, also when a page is left for good: after what the page itself does then.
  on("visibilitychange pageshow", ({ persisted }) => {
    if (document.hidden) return leaving();
    // Back from the back/forward cache: the same page, viewed again.
    (persisted ? view : look)();
    soon();
  });
  // What may be sent is decided by the visitor's answers, so they come before the first view;
  // hearing them twice changes nothing.
  calls.forEach((words) => /^[co]/.test(words[0] as string) && handle(words));
  look();
  calls.forEach(handle);

  // Pixels that load later hear the first calls too.
  const { push } = calls;
  calls.push = (words) => (handle(words), calls[98] ? 0 : push.call(calls, words));
});

void ((document as { prerendering?: boolean }).prerendering
  ? on("prerenderingchange", start)
  : start());
