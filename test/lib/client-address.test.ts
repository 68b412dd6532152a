import { describe, expect, test } from "bun:test";
import { clientAddress, parseTrustProxy } from "../../src/lib/client-address.ts";

describe("clientAddress()", () => {
  test.each([
    ["", "10.0.0.1", "1.1.1.1", "10.0.0.1"],
    ["1", "10.0.0.1", "1.1.1.1", "1.1.1.1"],
    ["1", "10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"],
    ["2", "10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"],
    ["2", "10.0.0.1", "1.1.1.1", "1.1.1.1"],
    ["10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.1.1.1, 10.9.9.9", "1.1.1.1"],
    ["10.0.0.0/8", "7.7.7.7", "1.1.1.1", "7.7.7.7"],
    ["10.0.0.0/8,fd00::/8", "fd00::1", "2001:db8::1", "2001:db8::1"],
    ["10.0.0.0/8", "::ffff:10.0.0.1", "1.1.1.1", "1.1.1.1"],
    ["1", "10.0.0.1", "1.1.1.1:4711", "1.1.1.1"],
    ["1", "10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"],
    ["1", "10.0.0.1", "nonsense", "10.0.0.1"],
  ])("trusting %p, from %s with %p it is %s", (trust, socket, forwarded, expected) => {
    expect(clientAddress(socket, forwarded, parseTrustProxy(trust))).toBe(expected);
  });

  test("is the socket's without a header", () => {
    expect(clientAddress("10.0.0.1", undefined, parseTrustProxy("1"))).toBe("10.0.0.1");
  });
});

test.each(["all", "11", "10.0.0.0/40", "10.0.0.0/8,x"])("parseTrustProxy() refuses %p", (text) => {
  expect(() => parseTrustProxy(text)).toThrow("FOOTFALL_TRUST_PROXY");
});
