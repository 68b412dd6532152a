import { Refusal } from "../lib/errors.ts";
import { addSite } from "../sites/queries.ts";
import { newSite } from "../sites/new-site.ts";
import { parseDomain, parsePrivacyMode } from "../sites/site.ts";
import { snippet } from "../pixel/compose.ts";
import type { Command, CommandParts } from "./command.ts";
import { readWords } from "./words.ts";

/** `footfall site add DOMAIN`: prints the key and the snippet. */
export const siteAdd: Command = {
  name: "site add",
  usage: "site add DOMAIN [--privacy storage|cookieless|consent|strict]",
  summary: "Track another site; prints its key and the snippet to paste",

  parse(words) {
    const { plain, options } = readWords(words, ["privacy"]);
    const [domain, ...more] = plain;
    if (!domain || more.length > 0) throw new Refusal("invalid", "Name one domain to track");
    return {
      domain: parseDomain(domain),
      privacy: parsePrivacyMode(options.privacy === true ? undefined : options.privacy),
    };
  },

  async run({ config, write, now, seal, changed }: CommandParts, input: never) {
    const { domain, privacy } = input as { domain: string; privacy: string };
    const site = newSite(domain, parsePrivacyMode(privacy), "website", seal);
    await write((tx) => addSite(tx, site, now()));
    await changed();
    return [
      `Key: ${site.key}`,
      "Paste this before </head> on every page:",
      snippet(config.url, site.key),
    ].join("\n");
  },
};
