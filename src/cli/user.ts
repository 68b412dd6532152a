import { randomBytes } from "node:crypto";
import { addUser } from "../auth/queries.ts";
import { hashToken, INVITATION_MS } from "../auth/sign-in.ts";
import { parseName, parseRole } from "../auth/user.ts";
import { parseEmail } from "../contacts/contact.ts";
import { Refusal } from "../lib/errors.ts";
import type { Command, CommandParts } from "./command.ts";
import { readWords } from "./words.ts";

/** `footfall user add EMAIL`: prints a link with which that person sets a password. */
export const userAdd: Command = {
  name: "user add",
  usage: "user add EMAIL [--name NAME] [--role owner|admin|editor|viewer]",
  summary: "Let somebody sign in; prints a one-time link with which they set a password",

  parse(words) {
    const { plain, options } = readWords(words, ["name", "role"]);
    const [email, ...more] = plain;
    if (!email || more.length > 0) throw new Refusal("invalid", "Name one e-mail address");
    return {
      email: parseEmail(email),
      name: parseName(String(options.name ?? email.split("@")[0])),
      role: parseRole(String(options.role ?? "admin")),
    };
  },

  async run({ config, write, now }: CommandParts, input: never) {
    const { email, name, role } = input as { email: string; name: string; role: string };
    const token = randomBytes(24).toString("base64url");
    const at = now();
    await write((tx) =>
      addUser(
        tx,
        {
          email,
          name,
          role: parseRole(role),
          passwordHash: null,
          inviteHash: hashToken(token),
          inviteUntil: at + INVITATION_MS,
        },
        at,
      ),
    );
    return `${name} can set a password within 7 days at\n${config.url}/invitation?token=${token}`;
  },
};
