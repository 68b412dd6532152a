import { createTransport, type Transporter } from "nodemailer";
import type { Channel, Sent } from "../channel.ts";
import type { EmailAccount } from "./account.ts";

/** A mail, rendered. */
export interface EmailPayload {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Where one click unsubscribes; the header mail programs show a button for. */
  readonly unsubscribeUrl?: string;
}

const SEND_MS = 30_000;

export interface EmailChannel extends Channel {
  /** Tells whether the server takes us, in words for the settings page. */
  verify(account: EmailAccount): Promise<void>;
}

/**
 * Sends mail by SMTP.
 *
 * @param account Read before each mail, so that changed settings hold at once; `undefined` when
 *   there are none.
 */
export function createEmailChannel(account: () => EmailAccount | undefined): EmailChannel {
  let pool: { readonly account: EmailAccount; readonly transport: Transporter } | undefined;

  const transportOf = (wanted: EmailAccount): Transporter => {
    if (pool && JSON.stringify(pool.account) === JSON.stringify(wanted)) return pool.transport;
    pool?.transport.close();
    pool = { account: wanted, transport: openTransport(wanted, true) };
    return pool.transport;
  };

  return {
    name: "email",
    atOnce: 5,

    async send({ publicId, recipient, payload }) {
      const from = account();
      if (!from) return { outcome: "unavailable", reason: "No mail server is set up" };
      const mail = payload as EmailPayload;
      try {
        const info = await transportOf(from).sendMail({
          from: { name: from.fromName, address: from.fromAddress },
          to: recipient,
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          messageId: messageId(publicId, from),
          headers: unsubscribeHeaders(mail),
          // What a mail says must never make us read a file or fetch an address.
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        return { outcome: "sent", reference: String(info.messageId) };
      } catch (error) {
        return outcomeOf(error);
      }
    },

    async verify(wanted) {
      const transport = openTransport(wanted, false);
      try {
        await transport.verify();
      } finally {
        transport.close();
      }
    },

    stop() {
      pool?.transport.close();
      pool = undefined;
    },
  };
}

function openTransport(account: EmailAccount, pooled: boolean): Transporter {
  const { host, port, security, user, password } = account;
  const options = {
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(user !== "" && { auth: { user, pass: password } }),
    connectionTimeout: SEND_MS,
    greetingTimeout: SEND_MS,
    socketTimeout: SEND_MS,
  };
  return pooled
    ? // A message whose connection broke may have arrived: trying again is the outbox's to decide.
      createTransport({ ...options, pool: true, maxConnections: 5, maxRequeues: 0 })
    : createTransport(options);
}

/** The same for each try, so that a repeat can be known by it. @see RFC 5322, section 3.6.4. */
function messageId(publicId: string, { fromAddress }: EmailAccount): string {
  return `<${publicId}@${fromAddress.split("@").at(-1)}>`;
}

/** @see RFC 8058, section 3.1: both headers, and an address that acts on POST alone. */
function unsubscribeHeaders({ unsubscribeUrl }: EmailPayload): Record<string, string> {
  if (unsubscribeUrl === undefined) return {};
  return {
    "List-Unsubscribe": `<${unsubscribeUrl}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}

/**
 * What a failure means for the message.
 *
 * Only what happened before the server was told of the message is no fault of it. A connection
 * that broke later may have broken because of it, for ever, and the server may have taken it:
 * that is a try, of which there are only so many.
 *
 * @see RFC 5321, section 4.2.1: 4xx may succeed later, 5xx will not.
 */
export function outcomeOf(error: unknown): Sent {
  const { responseCode, message } = error as { responseCode?: number; message?: string };
  const reason = (message ?? String(error)).slice(0, 300);
  if (isAtTheDoor(error as SmtpError)) return { outcome: "unavailable", reason };
  if (responseCode !== undefined && responseCode >= 500) return { outcome: "rejected", reason };
  return { outcome: "retry", reason };
}

interface SmtpError {
  readonly code?: string;
  readonly syscall?: string;
  readonly message?: string;
}

function isAtTheDoor({ code = "", syscall, message = "" }: SmtpError): boolean {
  if (["EDNS", "ETLS", "EAUTH"].includes(code) || syscall === "connect") return true;
  return /^(?:Greeting never received|Connection timeout|Invalid greeting|Reached maximum number of retries)/.test(
    message,
  );
}
