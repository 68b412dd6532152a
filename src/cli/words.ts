import { Refusal } from "../lib/errors.ts";

export interface Words {
  readonly plain: readonly string[];
  readonly options: Readonly<Record<string, string | true>>;
}

/**
 * Splits a command's words into plain ones and options (`--name value`, `--name=value`).
 *
 * @param withValue Options that take a value.
 * @param flags Options that take none.
 * @param mostPlain How many plain words there may be.
 * @throws {Refusal} `invalid`, if an option is not known or lacks its value.
 */
export function readWords(
  words: readonly string[],
  withValue: readonly string[],
  flags: readonly string[] = [],
  mostPlain = Number.POSITIVE_INFINITY,
): Words {
  const plain: string[] = [];
  const options: Record<string, string | true> = {};
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (!word.startsWith("--")) {
      plain.push(word);
      continue;
    }
    const [name = "", given] = word.slice(2).split(/=(.*)/s, 2);
    if (flags.includes(name) && given === undefined) {
      options[name] = true;
      continue;
    }
    if (!withValue.includes(name)) throw new Refusal("invalid", `There is no option --${name}`);
    const value = given ?? words[(index += 1)];
    if (value === undefined) throw new Refusal("invalid", `--${name} needs a value`);
    options[name] = value;
  }
  if (plain.length > mostPlain) {
    throw new Refusal("invalid", `There is a word too many: "${plain[mostPlain]}"`);
  }
  return { plain, options };
}
