import { readFileSync } from "node:fs";
import type { App } from "../app.ts";
import { Refusal } from "../lib/errors.ts";
import { noteSocket } from "./sender.ts";
import { createWeb } from "./web.ts";

/** What listens. */
export interface Server {
  readonly port: number;
  /** Cuts every connection; a pixel sends again what was not answered. */
  stop(): Promise<void>;
}

/** Past this the connection is cut; below, each part of the edge has its own limit and answer. */
const BODY_BYTES = 16 * 1024 * 1024;
/** Live pages hold their connection open; a silent one is closed after this many seconds. */
const IDLE_S = 120;

/**
 * Starts to listen.
 *
 * @throws {Refusal} `unavailable`, if the port is taken or the certificate cannot be read.
 */
export function startServer(app: App): Server {
  const web = createWeb(app);
  const { host, port, tlsCertificate, tlsKey } = app.config;
  const options = {
    hostname: host,
    port,
    maxRequestBodySize: BODY_BYTES,
    idleTimeout: IDLE_S,
    ...(tlsCertificate && tlsKey && { tls: readTls(tlsCertificate, tlsKey) }),
  };
  try {
    const server = Bun.serve({
      ...options,
      // Its page for developers shows source and paths to whoever makes a request fail.
      development: false,
      fetch(request, self) {
        noteSocket(request, self.requestIP(request)?.address);
        return web.handle(request);
      },
      error(error) {
        app.log.error("a request failed", error);
        return new Response("Something went wrong here; it has been noted\n", { status: 500 });
      },
    });
    return { port: server.port ?? port, stop: () => server.stop(true) };
  } catch (cause) {
    throw new Refusal("unavailable", whyNotListening(cause, host, port), { cause });
  }
}

function whyNotListening(cause: unknown, host: string, port: number): string {
  const { code, message } = cause as { code?: string; message?: string };
  if (code === "EADDRINUSE") {
    return `Cannot listen on ${host}:${port}: the port is taken; choose another FOOTFALL_PORT`;
  }
  if (code === "EACCES") {
    return `Cannot listen on ${host}:${port}: ports below 1024 need a privilege; choose another FOOTFALL_PORT`;
  }
  if (/SSL|TLS|PEM|key|certificate/i.test(message ?? "")) {
    return `The certificate of FOOTFALL_TLS_CERT and the key of FOOTFALL_TLS_KEY cannot be used: ${message}`;
  }
  return `Cannot listen on ${host}:${port}: ${message ?? String(cause)}; look at FOOTFALL_HOST and FOOTFALL_PORT`;
}

function readTls(certificate: string, key: string) {
  try {
    return { cert: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  } catch (cause) {
    throw new Refusal("unavailable", "Cannot read the files of FOOTFALL_TLS_CERT and _TLS_KEY", {
      cause,
    });
  }
}
