import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { startFlowLab, type FlowLab } from "../../helpers/flows.ts";
import { ask } from "../../helpers/rows.ts";

const MINUTE = 60_000;

/** What an SMTP server does with a connection; `after` is told each line the client sends. */
type Behaviour = (socket: Socket) => void;

/** Answers as a server does, up to the end of the message, where it cuts the connection. */
const cutsAfterData: Behaviour = (socket) => {
  let inData = false;
  socket.write("220 test\r\n");
  socket.on("data", (chunk) => {
    const text = chunk.toString();
    if (inData) {
      if (text.includes("\r\n.\r\n")) socket.destroy();
      return;
    }
    for (const line of text.split("\r\n").filter(Boolean)) {
      inData ||= line.startsWith("DATA");
      socket.write(line.startsWith("DATA") ? "354 go\r\n" : "250 ok\r\n");
    }
  });
};

let server: Server;
let lab: FlowLab;
let messages = 0;
let behaviour: Behaviour;

beforeEach(async () => {
  messages = 0;
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      messages += chunk.toString().split("DATA\r\n").length - 1;
    });
    behaviour(socket);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  lab = await startFlowLab({
    env: { FOOTFALL_SMTP_URL: `smtp://127.0.0.1:${port}?security=none&from=shop@shop.example` },
  });
  await lab.publish([["email", { subject: "Hi", text: "x" }]]);
});
afterEach(async () => {
  await lab.close();
  server.close();
});

const outbox = () =>
  ask<{ state: string; attempts: number; error: string }>(
    lab.app,
    "select state, attempts, error from outbox",
  );
const sendTo = async (visitor: string) => {
  await lab.identify(visitor, `${visitor}@buyer.example`);
  await lab.trigger(visitor, "add_to_cart");
  await lab.app.acting.tick();
};

describe("a mail server", () => {
  test("that cuts the connection after the message gets it again on the schedule, no more", async () => {
    behaviour = cutsAfterData;
    await sendTo("ann");
    const first = messages;
    lab.app.clock.move(3 * MINUTE);
    await lab.app.acting.tick();

    expect(first).toBe(1);
    expect(messages).toBe(2);
    expect(outbox()).toMatchObject([{ state: "pending", attempts: 2 }]);
  });

  test.each<[string, Behaviour]>([
    ["hangs up before it greets", (socket) => void socket.end()],
    ["is too busy to talk", (socket) => void socket.end("421 too busy\r\n")],
  ])("that %s uses up no try, and the log says that mail is held", async (_, acts) => {
    behaviour = acts;
    await sendTo("ann");

    expect(outbox()).toMatchObject([{ state: "pending", attempts: 0 }]);
    expect(lab.app.lines.join("\n")).toContain("email: messages are held");
    expect(lab.app.lines.join("\n")).not.toContain("ann@buyer.example");
  });
});
