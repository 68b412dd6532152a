import type { Socket } from "bun";

// The load generator, a program of its own: raw connections, one request at a time on each, so
// that the server and not this is what is measured.

interface Order {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** How many times it measures, one right after the other; once, if not said. */
  readonly windows?: number;
}

const {
  port,
  path,
  connections,
  warmUpMs,
  measureMs,
  windows = 1,
} = JSON.parse(process.argv[2]!) as Order;

const VISITORS = 20_000;
const AGENTS = Array.from(
  { length: 40 },
  (_, index) =>
    `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${100 + index}.0.0.0 Safari/537.36`,
);

let made = 0;
const prefix = Date.now().toString(36).padStart(9, "0") + connections.toString(36).padStart(4, "0");

/** Few pages are viewed often and many seldom, as on any site. */
const page = () => `/page-${Math.floor(2000 * Math.random() ** 4)}`;

function request(): string {
  made += 1;
  const visitor = `visitor-${String(Math.floor(Math.random() * VISITORS)).padStart(12, "0")}`;
  const body = `{"v":1,"visitor":"${visitor}","consent":false,"page":{"url":"https://shop.example${page()}","referrer":"https://www.google.com/","title":"A page of the shop","screen":1440,"zone":"Europe/Berlin","language":"de-DE"},"link":"","events":[{"id":"${prefix}${made.toString(36).padStart(10, "0")}","name":"page_view","age":12}]}`;
  return `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nUser-Agent: ${AGENTS[made % AGENTS.length]}\r\nOrigin: https://shop.example\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

interface State {
  sentAt: number;
  buffer: string;
}

const times: number[] = [];
let measuring = false;
let done = false;
let refused = 0;

function send(socket: Socket<State>): void {
  socket.data.sentAt = performance.now();
  socket.write(request());
}

/** How many took less than 1 ms, less than 2 and so on: those of several windows add up. */
function histogramOf(sorted: readonly number[]): number[] {
  const counts = Array.from({ length: Math.floor(sorted.at(-1) ?? 0) + 1 }, () => 0);
  for (const time of sorted) counts[Math.floor(time)]! += 1;
  return counts;
}

const decoder = new TextDecoder();
const sockets = await Promise.all(
  Array.from({ length: connections }, () =>
    Bun.connect<State>({
      hostname: "127.0.0.1",
      port,
      data: { sentAt: 0, buffer: "" },
      socket: {
        data(socket, chunk) {
          const state = socket.data;
          state.buffer += decoder.decode(chunk);
          const end = state.buffer.indexOf("\r\n\r\n");
          if (end < 0) return;
          const length = /content-length: (\d+)/i.exec(state.buffer)?.[1];
          if (length === undefined) throw new Error(`No length: ${state.buffer}`);
          if (state.buffer.length < end + 4 + Number(length)) return;
          if (!state.buffer.startsWith("HTTP/1.1 202")) refused += 1;
          state.buffer = "";
          if (measuring) times.push(performance.now() - state.sentAt);
          if (!done) send(socket);
        },
      },
    }),
  ),
);

for (const socket of sockets) send(socket);
await Bun.sleep(warmUpMs);
measuring = true;
for (let window = 1; window <= windows; window += 1) {
  const begun = performance.now();
  await Bun.sleep(measureMs);
  const took = times.splice(0).sort((a, b) => a - b);
  const seconds = (performance.now() - begun) / 1000;
  if (window === windows) {
    measuring = false;
    done = true;
    await Bun.sleep(300);
  }
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
  console.log(
    JSON.stringify({
      rate: took.length / seconds,
      p50: at(0.5),
      p99: at(0.99),
      byMs: histogramOf(took),
      sent: made,
      refused,
    }),
  );
}
process.exit(0);
