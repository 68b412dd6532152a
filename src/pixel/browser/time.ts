// Time since the view began. "Less than" is known only when the page is left.
$kinds.time = (operator, value, look, view) => {
  const ms = +value * 1e3;
  const passed = () => Date.now() - view.start >= ms;
  if (operator == "less") return () => view.left && !passed();
  setTimeout(look, ms);
  return passed;
};
