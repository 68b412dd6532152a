import { clientAddress, type TrustProxy } from "../lib/client-address.ts";

const sockets = new WeakMap<Request, string>();

/** Notes the address a request came from; Elysia hands on the request alone. */
export function noteSocket(request: Request, address: string | undefined): void {
  if (address !== undefined) sockets.set(request, address);
}

/** What is known of who sent a request, proxies seen through. */
export interface Sender {
  readonly address: string;
  readonly agent: string;
  readonly origin: string | undefined;
  readonly asksForPrivacy: boolean;
}

export function senderOf(request: Request, trust: TrustProxy): Sender {
  const { headers } = request;
  return {
    address: addressOf(request, trust),
    agent: headers.get("user-agent") ?? "",
    origin: headers.get("origin") ?? undefined,
    asksForPrivacy: headers.get("sec-gpc") === "1" || headers.get("dnt") === "1",
  };
}

/** The address a request came from: the visitor's own, not that of a trusted proxy. */
export function addressOf(request: Request, trust: TrustProxy): string {
  const socket = sockets.get(request) ?? "127.0.0.1";
  return clientAddress(socket, request.headers.get("x-forwarded-for") ?? undefined, trust);
}
