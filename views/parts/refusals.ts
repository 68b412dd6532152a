/** Why something is in no figure: a program came, it was refused, or its conditions did not hold. */
export type RefusalGroup = "bots" | "refused" | "unmatched";

export const REFUSAL_GROUPS: readonly {
  readonly group: RefusalGroup;
  readonly name: string;
  readonly meaning: string;
}[] = [
  {
    group: "bots",
    name: "Robots",
    meaning:
      "Programs that say they are one: search engines, previews, monitoring. They are answered like everybody, so that they do not try again.",
  },
  {
    group: "refused",
    name: "Refused",
    meaning: "What came in could not be believed, understood or written.",
  },
  {
    group: "unmatched",
    name: "Not matching",
    meaning: "Well-formed events of the site that are none of those you count.",
  },
];

interface Meaning {
  readonly group: RefusalGroup;
  readonly name: string;
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  bot: {
    group: "bots",
    name: "Robots",
    meaning: "Programs that say they are one: search engines, previews, monitoring.",
    remedy:
      "Look through the list: a browser of a person in it is a mistake of the list of robots (isbot). A newer Footfall may know better.",
  },
  origin: {
    group: "refused",
    name: "From another domain",
    meaning: "A page that is not on one of the site's domains sent this.",
    remedy: "Add the domain in the settings if it is yours. If not, somebody copied your page.",
  },
  malformed: {
    group: "refused",
    name: "Not understood",
    meaning: "What came in does not have the form it must have.",
    remedy: "The detail names what is wrong. Mend the program or the page that sends it.",
  },
  "too large": {
    group: "refused",
    name: "Too large",
    meaning: "A request had more than 64 KB.",
    remedy: "Send fewer or smaller properties with your events.",
  },
  "too fast": {
    group: "refused",
    name: "Too fast",
    meaning: "More events a minute than one address, or the site, may send.",
    remedy:
      "The pixel tries again later. If many people share an address, or a proxy in front is not named in FOOTFALL_TRUST_PROXY, raise FOOTFALL_RATE_LIMIT or name it.",
  },
  "too old": {
    group: "refused",
    name: "Too old",
    meaning: "Events older than three days, kept by a browser that was offline.",
    remedy: "Nothing to do.",
  },
  busy: {
    group: "refused",
    name: "Busy",
    meaning: "More came in than could be written, or the disk was full.",
    remedy: "The pixel tries again. Look at the free space and the load of the server.",
  },
  failed: {
    group: "refused",
    name: "Failed here",
    meaning: "A fault of this server.",
    remedy: "Its log has the details.",
  },
  "claim refused": {
    group: "refused",
    name: "Identification refused",
    meaning: "A page said who its visitor is, but may not be believed without a signature.",
    remedy: "Sign identify on your server with the secret in the site's settings.",
  },
  "link refused": {
    group: "refused",
    name: "Link not accepted",
    meaning: "A link's one-time parameter was used before, has expired or is not ours.",
    remedy: "Nothing to do: the visit itself counts, anonymously.",
  },
  "not matching": {
    group: "unmatched",
    name: "Condition not met",
    meaning:
      "The page reported the event, but a condition that only the server can check did not hold.",
    remedy: "Nothing to do, unless you expected it: then look at the event's conditions.",
  },
  paused: {
    group: "unmatched",
    name: "Paused",
    meaning: "The event is defined, but paused.",
    remedy: "Let it go on under Events if it should count.",
  },
  "no visit": {
    group: "unmatched",
    name: "After the visit",
    meaning:
      "A page told how long it was looked at, but the visit it belongs to was over or never counted.",
    remedy: "Nothing to do: pages left open for hours do that.",
  },
  "too many names": {
    group: "unmatched",
    name: "Too many names",
    meaning: "The site has 200 event names that nobody defined; further ones are not kept.",
    remedy: "Put what varies into a property of the event instead of its name.",
  },
};

/** What a reason is called, what it means and what to do; a newer release's reads as it is. */
export const meaningOf = (reason: string): Meaning =>
  MEANINGS[reason] ?? { group: "refused", name: reason, meaning: "", remedy: "" };
