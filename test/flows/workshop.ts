import type { Channel, OutgoingMessage, Sent } from "../../src/channels/channel.ts";
import type { RecordedEvent } from "../../src/events/event.ts";
import { createActing, type Acting } from "../../src/flows/acting.ts";
import { parseFlow } from "../../src/flows/flow.ts";
import { addFlow, getFlow, publishFlow, saveDraft } from "../../src/flows/queries.ts";
import type { Log } from "../../src/lib/log.ts";
import { openTestStore, type TestStore } from "../helpers/store.ts";

export const SITE = 1;
export const MINUTE = 60_000;

/** A channel in this process that does what the test says, as a real one would do by network. */
export interface LocalChannel extends Channel {
  readonly sent: OutgoingMessage[];
  /** What the next messages come to; a promise holds them on their way. */
  answer(how: (message: OutgoingMessage) => Sent | Promise<Sent>): void;
}

export function localChannel(name: "email" | "webhook", atOnce = 5): LocalChannel {
  const sent: OutgoingMessage[] = [];
  let how: (message: OutgoingMessage) => Sent | Promise<Sent> = () => ({ outcome: "sent" });
  return {
    name,
    atOnce,
    sent,
    answer: (to) => {
      how = to;
    },
    async send(message) {
      sent.push(message);
      return how(message);
    },
    stop() {},
  };
}

/** Flows over a store of their own, without the web: events go in, messages come out. */
export interface Workshop {
  readonly opened: TestStore;
  readonly acting: Acting;
  readonly email: LocalChannel;
  readonly webhook: LocalChannel;
  readonly errors: unknown[];
  publish(definition: Record<string, unknown>, id?: number): Promise<number>;
  /** Somebody does something; with `contact` known as such. */
  happen(name: string, more?: Partial<RecordedEvent>): Promise<void>;
  /** Advances all that is due after some time. */
  tick(ms?: number): Promise<void>;
  rows<Row = Record<string, unknown>>(sql: string, ...parameters: unknown[]): Row[];
  /** Closes the store under its parts and starts new ones over the same file. */
  restart(): Promise<Workshop>;
  close(): Promise<void>;
}

let lastEvent = 0;

/** A promise and what fulfils it. */
export function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

export async function openWorkshop(opened = openTestStore()): Promise<Workshop> {
  const email = localChannel("email");
  const webhook = localChannel("webhook");
  const errors: unknown[] = [];
  const { now } = opened;
  const acting = createActing({
    write: opened.write,
    now,
    log: {
      info: () => {},
      detail: () => {},
      error: (_: string, error: unknown) => void errors.push(error),
    } satisfies Log,
    baseUrl: "https://stats.example",
    sites: { all: () => [SHOP] } as never,
    channels: [email, webhook],
  });
  await opened.write((_, { database }) => addSite(database));
  await acting.reload();

  const rows = <Row>(sql: string, ...parameters: unknown[]) =>
    opened.reader.database.prepare(sql).all(parameters) as Row[];

  return {
    opened,
    acting,
    email,
    webhook,
    errors,
    async publish(definition, id) {
      const flowId = id ?? (await opened.write((tx) => addFlow(tx, "A flow", now())));
      const { revision } = await getFlow(opened.store, flowId);
      const draft = parseFlow({ v: 1, entry: { again: "every time" }, ...definition });
      await opened.write((tx) => saveDraft(tx, flowId, { draft }, revision, now()));
      const flow = await getFlow(opened.store, flowId);
      await opened.write((tx) => publishFlow(tx, flow, null, now()));
      await acting.reload();
      return flowId;
    },
    async happen(name, more = {}) {
      const event = eventOf(name, { at: now(), ...more });
      await opened.write((_, connection) => acting.onRecorded(connection, [event], now()));
    },
    async tick(ms = 0) {
      now.move(ms);
      await acting.tick();
    },
    rows,
    async restart() {
      const again = await openWorkshop(await opened.reopen());
      // Takes up what was on its way, and then waits for the test's clock.
      await again.acting.start();
      await again.acting.stop();
      return again;
    },
    close: () => opened.remove(),
  };
}

/** An event as ingest hands it on, by an unknown visitor unless said otherwise. */
export function eventOf(name: string, more: Partial<RecordedEvent> = {}): RecordedEvent {
  lastEvent += 1;
  return { ...EVENT, id: lastEvent, name, ...more };
}

const SHOP = { id: SITE, domain: "shop.example", furtherDomains: [] };

const EVENT: RecordedEvent = {
  id: 0,
  siteId: SITE,
  at: 0,
  name: "",
  visitorId: 1,
  visitorNumber: 1,
  sessionId: 1,
  contactId: undefined,
  page: "/shoes",
  title: "Shoes",
  url: "https://shop.example/shoes",
  source: "direct",
  country: undefined,
  device: "desktop",
  properties: undefined,
  defined: true,
};

function addSite(database: TestStore["reader"]["database"]): void {
  database.exec(
    `insert or ignore into sites (id, key, domain, kind, privacy, further_domains, identify_secret,
       created_at)
     values (1, 'k1', 'shop.example', 'website', 'storage', '[]', '', 0),
            (2, 'k2', 'till.example', 'website', 'storage', '[]', '', 0)`,
  );
}

/** A contact with a confirmed address, unless said otherwise. */
export async function addContact(
  { opened }: Workshop,
  id: number,
  verified = true,
  address = `c${id}@buyer.example`,
): Promise<void> {
  await opened.write((_, { database }) => {
    database
      .prepare("insert into contacts (id, state, created_at, changed_at) values (?, ?, 0, 0)")
      .run([id, verified ? "verified" : "claimed"]);
    database
      .prepare(
        `insert into identities (kind, value, site_id, contact_id, verified_by, verified_at, created_at)
         values ('email', ?, 0, ?, ?, ?, 0)`,
      )
      .run([address, id, verified ? "test" : null, verified ? 1 : null]);
  });
}

export const step = (id: string, kind: string, settings: Record<string, unknown>) => ({
  id,
  kind,
  settings,
});
export const on = (event: string, more = {}) => ({
  kind: "event",
  siteId: SITE,
  event,
  ...more,
});
export const MAIL = step("mail", "email", { subject: "Hi", text: "Hello" });
export const HOOK = step("hook", "webhook", { url: "https://partner.example/" });
