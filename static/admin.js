// The little that the admin does in the browser beside htmx: copying, and telling the server
// which time zone to show times in.
document.cookie = `zone=${encodeURIComponent(
  Intl.DateTimeFormat().resolvedOptions().timeZone,
)}; path=/; max-age=31536000; samesite=lax`;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    // No permission, or no HTTPS: at least select it, so that a key press copies it.
    getSelection().selectAllChildren(source);
    return;
  }
  const label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => {
    button.textContent = label;
  }, 1500);
});

// A menu made of details closes when one clicks elsewhere or presses Escape.
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  // Whoever is inside the menu stands on its button afterwards, not at the top of the page.
  document.activeElement?.closest("details.menu[open]")?.querySelector("summary").focus();
  closeMenus(undefined);
});

// On a phone the navigation is a row to scroll: where one is must be in sight.
for (const here of document.querySelectorAll(".nav [aria-current], .tabs [aria-current]")) {
  const row = here.parentElement;
  if (here.offsetLeft - row.offsetLeft + here.offsetWidth <= row.clientWidth) continue;
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}

// What somebody typed and did not save is not lost without a word. A form that comes back
// refused is marked: it was not saved either.
let unsaved;
const guard = ({ target }) => {
  unsaved = target.closest("form[data-guard]") ?? unsaved;
};
document.addEventListener("input", guard);
// Adding and removing a condition types nothing.
document.addEventListener("click", (event) => {
  if (event.target.closest("button[type=button]:not([data-copy])")) guard(event);
});
document.addEventListener("submit", ({ target }) => {
  if (target === unsaved) unsaved = undefined;
  delete target.dataset.unsaved;
});
addEventListener("beforeunload", (event) => {
  if (unsaved?.isConnected || document.querySelector("form[data-unsaved]")) event.preventDefault();
});

// Code that names what a field says, as it is typed.
document.addEventListener("input", ({ target }) => {
  for (const mirror of document.querySelectorAll("[data-mirror]")) {
    if (mirror.dataset.mirror === target.id && target.validity.valid) {
      mirror.textContent = target.value.trim();
    }
  }
});

// What the last action said is said once, not at every reload. Not at once: whoever watches the
// address shall see it.
addEventListener("load", () => {
  setTimeout(() => {
    const address = new URL(location.href);
    if (!address.searchParams.has("notice")) return;
    address.searchParams.delete("notice");
    address.searchParams.delete("of");
    history.replaceState(history.state, "", address);
  }, 1500);
});

// On a narrow screen the settings of a step stand below the flow: whoever chose or saved them is
// led there.
const side = document.getElementById("side");
if (side && location.search.includes("step=") && innerWidth <= 1080) side.scrollIntoView();

// A menu that would reach beyond the right edge opens to the left.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches?.("details.menu") || !target.open) return;
    target.classList.remove("flip");
    const { right } = target.querySelector(":scope > .menu-body").getBoundingClientRect();
    if (right > document.documentElement.clientWidth) target.classList.add("flip");
  },
  true,
);

// Nobody waits any more for a part that has left the page: the server shall know.
document.addEventListener("htmx:before:cleanup", ({ target }) => {
  if (target.matches?.(".part")) target.dispatchEvent(new Event("htmx:abort"));
});

// A part that never came says so.
document.addEventListener("htmx:error", ({ target }) => {
  target.closest?.(".part")?.classList.add("lost");
});

// Whoever chooses something further down a report finds themselves where they were, with the
// keyboard on what they pressed.
document.addEventListener("click", ({ target }) => {
  const link = target.closest("main a[href]");
  if (!link || link.pathname !== location.pathname) return;
  const place = { path: location.pathname, y: scrollY, id: link.id };
  sessionStorage.setItem("place", JSON.stringify(place));
});
const place = JSON.parse(sessionStorage.getItem("place") ?? "null");
sessionStorage.removeItem("place");
if (place?.path === location.pathname) {
  scrollTo(0, place.y);
  const focus = () => {
    if (document.activeElement !== document.body) return;
    document.getElementById(place.id)?.focus({ preventScroll: true });
  };
  focus();
  // What was pressed may come a moment later.
  if (place.id) document.addEventListener("htmx:after:swap", focus);
}

// A feed may be held still: what comes meanwhile is counted, kept out of sight, and shown when it
// goes on. However long one looks at it, only so many rows stay in the page.
const MOST_ROWS = 200;
const feed = document.getElementById("feed");
const pause = document.querySelector("[data-pause=feed]");
if (feed) {
  let meanwhile = 0;
  const isHeld = () => pause?.dataset.held === "true";
  const label = () => {
    const text = meanwhile === 0 ? "Go on" : `Go on: ${meanwhile} new`;
    pause.querySelector("[data-pause-label]").textContent = isHeld() ? text : "Pause";
  };
  const trim = () => {
    while (feed.children.length > MOST_ROWS) {
      // Whoever holds it still reads what they see: of the rest, the oldest goes first.
      const hidden = isHeld() ? [...feed.children].findLast((row) => row.hidden) : undefined;
      (hidden ?? feed.lastElementChild).remove();
    }
  };
  new MutationObserver((changes) => {
    const rows = changes.flatMap(({ addedNodes }) =>
      [...addedNodes].filter((node) => node.nodeName === "LI"),
    );
    if (rows.length === 0) return;
    feed.parentElement.querySelector("[data-empty]")?.remove();
    if (isHeld()) {
      for (const row of rows) row.hidden = true;
      meanwhile += rows.length;
      label();
    }
    trim();
  }).observe(feed, { childList: true });
  pause?.addEventListener("click", () => {
    pause.dataset.held = String(!isHeld());
    meanwhile = 0;
    if (!isHeld()) for (const row of feed.querySelectorAll("[hidden]")) row.hidden = false;
    trim();
    label();
  });
}
