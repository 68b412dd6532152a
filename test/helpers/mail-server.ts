import { simpleParser, type ParsedMail } from "mailparser";
import { SMTPServer } from "smtp-server";

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly to: string;
  readonly raw: string;
  readonly mail: ParsedMail;
}

/** A real SMTP server on loopback that keeps what it gets. */
export interface MailServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** Answers the next mails with this code instead of taking them; undefined takes them again. */
  refuse(code: number | undefined): void;
  stop(): Promise<void>;
}

/** @param port A fixed one, to come back where another was. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  let refusal: number | undefined;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo(_, __, done) {
      if (refusal === undefined) done();
      else done(Object.assign(new Error("refused for the test"), { responseCode: refusal }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        void simpleParser(raw).then((mail) => {
          mails.push({ to: session.envelope.rcptTo[0]?.address ?? "", raw, mail });
          done();
        });
      });
    },
  });
  // A client that is killed in the middle is part of what is tested.
  server.on("error", () => {});
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const address = server.server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    mails,
    refuse: (code) => {
      refusal = code;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
