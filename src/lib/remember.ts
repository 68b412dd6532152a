/**
 * A function that keeps what it gave, for work that the same few texts come back to.
 *
 * @param most Texts kept; past it all are let go and the memory fills anew, so that whoever
 *   sends ever new ones takes no more of it.
 */
export function remember<Made>(make: (text: string) => Made, most: number): (text: string) => Made {
  let kept = new Map<string, Made>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    if (kept.size >= most) kept = new Map();
    const made = make(text);
    kept.set(text, made);
    return made;
  };
}
