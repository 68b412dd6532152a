import { randomBytes } from "node:crypto";
import { addUser, findUserByEmail, hasUsers, setInvitation } from "../auth/queries.ts";
import { hashToken, INVITATION_MS } from "../auth/sign-in.ts";
import { parseName, parseRole, type Role } from "../auth/user.ts";
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
      role: options.role === undefined ? undefined : parseRole(String(options.role)),
    };
  },

  async run({ config, write, now }: CommandParts, input: never) {
    const { email, name, role } = input as { email: string; name: string; role?: Role };
    const token = randomBytes(24).toString("base64url");
    const at = now();
    const inviteHash = hashToken(token);
    const inviteUntil = at + INVITATION_MS;
    const link = `${config.url}/invitation?token=${token}`;
    return write(async (tx) => {
      const known = await findUserByEmail(tx, email);
      if (known) {
        // Who forgot the password of the only account has no other way in.
        if (role !== undefined) {
          throw new Refusal("conflict", `${email} has an account already: change its role there`);
        }
        await setInvitation(tx, known.id, inviteHash, inviteUntil);
        return `${email} has an account; a new password can be set within 7 days at\n${link}`;
      }
      // The first one must be able to do everything: the setup link is gone with it.
      const given = role ?? ((await hasUsers(tx)) ? "admin" : "owner");
      const user = { email, name, role: given, passwordHash: null, inviteHash, inviteUntil };
      await addUser(tx, user, at);
      return `${name} (${given}) can set a password within 7 days at\n${link}`;
    });
  },
};
