/** A request as a partner's server gets it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A partner's HTTP server on loopback that keeps what it gets. */
export interface HttpReceiver {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** What it answers from now on. */
  answer(status: number, headers?: Record<string, string>): void;
  stop(): Promise<void>;
}

export function startReceiver(): HttpReceiver {
  const requests: ReceivedRequest[] = [];
  let status = 200;
  let headers: Record<string, string> = {};
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      requests.push({
        method: request.method,
        path: new URL(request.url).pathname,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
      return new Response("", { status, headers });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/`,
    requests,
    answer(to, more = {}) {
      status = to;
      headers = more;
    },
    stop: () => server.stop(true),
  };
}
