// What is measured against: a server that reads and parses the same body and answers at once.

const server = Bun.serve({
  port: 0,
  async fetch(request) {
    const body = (await request.json()) as { events: unknown[] };
    return Response.json({ stored: body.events.length }, { status: 202 });
  },
});
console.log(server.port);
