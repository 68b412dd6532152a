// The share of the page that has been seen; a page without a scroll bar is seen at once, so it
// takes a move to count it as scrolled.

let most = 0;
let scrolled: object;
let lookers: (() => void)[] = [];

// One listener for all views: in a single-page app there are many.
addEventListener(
  "scroll",
  () => {
    // Not `documentElement`: a page without a doctype scrolls its body.
    const { scrollHeight, clientHeight, scrollTop } = document.scrollingElement!;
    const share = ((scrollTop + clientHeight + 1) / scrollHeight) * 100;
    if (scrollTop > 0 && share > most) most = share;
    lookers.forEach((look) => look());
  },
  { passive: true },
);

$watches.scroll = (_, value, look, view) => {
  if (view != scrolled) {
    scrolled = view;
    most = 0;
    lookers = [];
  }
  lookers.push(look);
  return () => most >= +value;
};
