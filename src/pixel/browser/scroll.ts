// The share of the page that has been seen; a page without a scroll bar is seen at once, so it
// takes a move to count it as scrolled.
$kinds.scroll = (_, value, look) => {
  let most = 0;
  addEventListener(
    "scroll",
    () => {
      const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
      const share = ((scrollTop + clientHeight) / scrollHeight) * 100;
      if (scrollTop > 0 && share > most) most = share;
      look();
    },
    { passive: true },
  );
  return () => most >= +value;
};
