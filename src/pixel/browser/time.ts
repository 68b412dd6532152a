// Time since the view began. "Less than" is known only when the page is left.
$watches.time = (operator, value, look, view) => {
  // A flag, not a comparison: clocks are coarse or set, and this timer rings only once.
  let passed = false;
  setTimeout(() => {
    passed = true;
    look();
  }, +value * 1e3);
  return () => (operator == "less" ? view.left && !passed : passed);
};
