// The address of the page: with its scheme if the value has one, else from the path on.

/** People type `/über`, browsers write `/%C3%BCber`. */
const plain = (text: string) => {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
};

$watches.url = (operator, value) => {
  const { href, pathname, search } = location;
  const wanted = plain(value);
  const text = plain(/^\w+:\/\//.test(value) ? href.split("#")[0]! : pathname + search);
  const equal = text == wanted || text.split("?")[0] == wanted;
  const holds = operator == "contains" ? text.includes(wanted) : operator == "ne" ? !equal : equal;
  return () => holds;
};
