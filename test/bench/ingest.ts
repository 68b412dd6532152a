import { join } from "node:path";
import { signInAsOwner, startExecutable } from "../helpers/executable.ts";
import { ask } from "../helpers/rows.ts";
import { print, rssMegabytes } from "./figure.ts";

export interface Measured {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** How many requests took less than 1 ms, less than 2 and so on. */
  readonly byMs: readonly number[];
  readonly sent: number;
  readonly refused: number;
}

const HERE = import.meta.dir;
const CONNECTIONS = [1000, 100, 10];
/** Until the compiler has settled: a server runs for months. */
const WARM_UP_MS = 5000;
const MEASURE_MS = 6000;

/**
 * One event a request, acknowledged after its commit, by 1,000, 100 and 10 connections; beside
 * it a bare server that parses the same body and stores nothing.
 */
export async function benchIngest(): Promise<void> {
  const footfall = await startExecutable({ env: { FOOTFALL_RATE_LIMIT: "0" } });
  const request = await signInAsOwner(footfall);
  const added = await request("/admin/sites", { domain: "shop.example", privacy: "storage" });
  const key = /sites\/([\w-]+)\/install/.exec(added.headers.get("location")!)![1]!;
  const bare = Bun.spawn([process.execPath, join(HERE, "bare-server.ts")], { stdout: "pipe" });
  const barePort = await firstNumber(bare.stdout);
  const port = Number(new URL(footfall.url).port);

  let sent = 0;
  for (const connections of CONNECTIONS) {
    const reference = await measureLoad(barePort, "/e/bare", connections);
    const measured = await measureLoad(port, `/e/${key}`, connections);
    sent += measured.sent;
    if (measured.refused > 0) throw new Error(`${measured.refused} requests were refused`);
    const figure = (name: "rate" | "p50" | "p99", unit: string) =>
      print({
        name: `ingest.${name}`,
        value: measured[name],
        unit,
        reference: reference[name],
        connections,
      });
    figure("rate", "events/s");
    figure("p50", "ms");
    figure("p99", "ms");
  }
  print({ name: "ingest.rss", value: rssMegabytes(footfall.pid), unit: "MB" });

  await refuseLoss(join(footfall.folder, "data", "footfall.db"), sent);
  bare.kill();
  await footfall.clean();
}

/** A rate at which events get lost is none. */
async function refuseLoss(databasePath: string, sent: number): Promise<void> {
  const [row] = ask<{ n: number }>({ databasePath }, "select count(*) as n from events");
  if (row!.n !== sent) throw new Error(`${sent} events were acknowledged, ${row!.n} are stored`);
}

/** What a server at that port does with so many connections. */
export async function measureLoad(
  port: number,
  path: string,
  connections: number,
): Promise<Measured> {
  const order = { port, path, connections, warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS };
  const child = startLoad(order);
  return JSON.parse(await new Response(child.stdout).text()) as Measured;
}

/** The same second by second, until whoever looks has seen enough. */
export async function* watchLoad(
  port: number,
  path: string,
  connections: number,
): AsyncGenerator<Measured, void> {
  const windows = { warmUpMs: WARM_UP_MS, measureMs: 1000, windows: 600 };
  const child = startLoad({ port, path, connections, ...windows });
  try {
    for await (const line of linesOf(child.stdout)) yield JSON.parse(line) as Measured;
  } finally {
    child.kill();
  }
}

const startLoad = (order: object) =>
  Bun.spawn([process.execPath, join(HERE, "load.ts"), JSON.stringify(order)], {
    stdout: "pipe",
    stderr: "inherit",
  });

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

async function firstNumber(stream: ReadableStream<Uint8Array>): Promise<number> {
  const reader = stream.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return Number(new TextDecoder().decode(value));
}
