import { Refusal } from "../../lib/errors.ts";

/** How to reach a mail server, and in whose name. */
export interface EmailAccount {
  readonly host: string;
  readonly port: number;
  readonly security: "none" | "starttls" | "tls";
  readonly user: string;
  readonly password: string;
  readonly fromName: string;
  readonly fromAddress: string;
}

const HOST = /^[A-Za-z0-9.:[\]-]{1,253}$/;
const ADDRESS = /^[^\s@<>"',;:()[\]\\]+@[^\s@<>"',;:()[\]\\]+$/;

/**
 * Checks an account as a form or an address gives it.
 *
 * @throws {Refusal} `invalid`, naming the part.
 */
export function parseAccount(input: {
  host: string;
  port: string;
  security: string;
  user: string;
  password: string;
  fromName: string;
  fromAddress: string;
}): EmailAccount {
  const host = input.host.trim();
  if (!HOST.test(host)) {
    throw wrong("host", `Enter a host name like smtp.example.com, not "${host.slice(0, 100)}"`);
  }
  const port = Number(input.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw wrong("port", `Enter a port from 1 to 65535, not "${input.port.slice(0, 20)}"`);
  }
  const security = (["none", "starttls", "tls"] as const).find((each) => each === input.security);
  if (!security) throw wrong("security", "Choose how the connection is encrypted");
  const fromAddress = input.fromAddress.trim();
  if (!ADDRESS.test(fromAddress)) {
    throw wrong("fromAddress", "Enter the address that mails come from, like shop@example.com");
  }
  return {
    host,
    port,
    security,
    user: input.user,
    password: input.password,
    // A line break would begin another header.
    fromName: input.fromName.replace(/[\r\n]+/g, " ").trim(),
    fromAddress,
  };
}

const wrong = (field: string, message: string) => new Refusal("invalid", message, { field });

/**
 * Reads `smtp://user:password@host:587?from=shop@example.com&name=Shop` (or `smtps://`).
 *
 * `smtp` uses STARTTLS unless `security=none` is added.
 *
 * @throws {Refusal} `invalid`, naming the part.
 */
export function parseSmtpUrl(text: string): EmailAccount {
  const url = URL.parse(text);
  if (!url || !/^smtps?:$/.test(url.protocol)) {
    throw new Refusal("invalid", "FOOTFALL_SMTP_URL must begin with smtp:// or smtps://");
  }
  const tls = url.protocol === "smtps:";
  const user = decode(url.username);
  return parseAccount({
    host: url.hostname,
    port: url.port || (tls ? "465" : "587"),
    security: tls ? "tls" : (url.searchParams.get("security") ?? "starttls"),
    user,
    password: decode(url.password),
    fromName: url.searchParams.get("name") ?? "",
    fromAddress: url.searchParams.get("from") ?? user,
  });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new Refusal(
      "invalid",
      "FOOTFALL_SMTP_URL: write a % in the user or the password as %25",
      { cause },
    );
  }
}
