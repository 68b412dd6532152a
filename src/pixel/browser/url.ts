// The address of the page: with its scheme if the value has one, else from the path on.
$kinds.url = (operator, value) => {
  const { href, pathname, search } = location;
  const text = /^\w+:\/\//.test(value) ? href.split("#")[0]! : pathname + search;
  const equal = text == value || text.split("?")[0] == value;
  const holds = operator == "contains" ? href.includes(value) : operator == "ne" ? !equal : equal;
  return () => holds;
};
