import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { createActing, type Acting } from "./flows/acting.ts";
import { createEmailChannel } from "./channels/email/email.ts";
import { createMailAccount, type MailAccount } from "./channels/email/stored-account.ts";
import { readWebhookSecret } from "./channels/webhook/secret.ts";
import { createWebhookChannel } from "./channels/webhook/webhook.ts";
import type { Config } from "./config.ts";
import type { RecordedEvent } from "./events/event.ts";
import { createErasure, type Erasure } from "./identity/erase.ts";
import { createSignatureCheck } from "./identity/signature.ts";
import { createVisitorKeys } from "./identity/visitor-key.ts";
import { createFillInPast } from "./ingest/contact-events.ts";
import { createIngest, type Ingest } from "./ingest/ingest.ts";
import { createIngestQueue } from "./ingest/queue.ts";
import { createRecorder, type Recorded } from "./ingest/record.ts";
import { createRefusalCounts, type RefusalCounts } from "./ingest/refusal-counts.ts";
import { createTrackedSites, type TrackedSites } from "./ingest/tracked-sites.ts";
import { createUpkeep } from "./ingest/upkeep.ts";
import { createBroadcast, type Broadcast } from "./lib/broadcast.ts";
import { parseTrustProxy, type TrustProxy } from "./lib/client-address.ts";
import { openGeoDatabase } from "./lib/geo-database.ts";
import { createLog, type Log } from "./lib/log.ts";
import { createMetrics, type Metrics } from "./lib/metrics.ts";
import { createRateLimiter } from "./lib/rate-limiter.ts";
import { createSecretBox, type SecretBox } from "./lib/secret-box.ts";
import { createSealer, type Sealer } from "./stats/sealer.ts";
import { lastArrived, listArrived, type ArrivedQuery, type Occurrence } from "./stats/arrived.ts";
import { createRemotePool } from "./stats/remote-pool.ts";
import { createStats, type Stats } from "./stats/stats.ts";
import type { Store } from "./store/connection.ts";
import { noteKey, openKey } from "./store/key.ts";
import { openStore, type OpenStore } from "./store/open.ts";
import type { Write } from "./store/writer.ts";

/** The parts of a running Footfall, wired together. */
export interface App {
  readonly config: Config;
  readonly store: Store;
  readonly write: Write;
  readonly databasePath: string;
  readonly now: () => number;
  readonly log: Log;
  readonly box: SecretBox;
  readonly trust: TrustProxy;
  readonly sites: TrackedSites;
  readonly ingest: Ingest;
  readonly refusals: RefusalCounts;
  readonly stats: Stats;
  /** What came since a live view heard last. */
  listArrived(query: ArrivedQuery): Occurrence[];
  /** The newest event of a site, for `listArrived()`. */
  lastArrived(siteId: number): number;
  /** Turns rows of events into segments. */
  readonly sealer: Sealer;
  /** Removes all that is known of a person. */
  readonly erasure: Erasure;
  readonly metrics: Metrics;
  /** Events as they are stored. */
  readonly live: Broadcast<RecordedEvent>;
  readonly mailAccount: MailAccount;
  readonly webhookSecret: string;
  /** Flows at work: runs that advance, messages that go out. */
  readonly acting: Acting;
  /** Opens the setup page as long as nobody can sign in; a new one each start. */
  readonly setupToken: string;
  /** Whether events are stored: false for a minute after a batch that failed, or until one does not. */
  isStoring(): boolean;
  /** Lets flows go on and messages out; to be called when requests can be answered. */
  start(): Promise<void>;
  /** Writes what only memory holds, lets work finish and closes the store. */
  stop(): Promise<void>;
}

export interface AppOptions {
  /** Epoch ms; tests move it by hand. */
  readonly now?: () => number;
  readonly log?: Log;
}

/** How long a batch that failed speaks against the whole. */
const FAILURE_MS = 60_000;
/** A site may get as much as this many addresses at their limit. */
const ADDRESSES_PER_SITE = 100;

/**
 * Opens the data directory and starts every part.
 *
 * @throws {Refusal} if the directory is in use or cannot be written.
 */
export async function createApp(config: Config, options: AppOptions = {}): Promise<App> {
  const { now = Date.now, log = createLog(config.log) } = options;
  const placeOf = config.geoDatabase ? await openGeoDatabase(config.geoDatabase) : undefined;
  const opened = openStore(config.dataDirectory, log.info);
  const { store, write } = opened;
  const secret = await takeKey(opened, config);
  const box = createSecretBox(secret);
  const sites = createTrackedSites(store, box.open);
  await sites.reload();

  const refusals = createRefusalCounts();
  const live = createBroadcast<RecordedEvent>();
  const visitorKeys = createVisitorKeys(config.dataDirectory);
  const mailAccount = createMailAccount(config.smtpUrl, store, box);
  await mailAccount.reload();
  const webhookSecret = await readWebhookSecret(store, write, box);
  const acting = createActing({
    write,
    now,
    log,
    baseUrl: config.url,
    sites,
    channels: [
      createEmailChannel(mailAccount.current),
      createWebhookChannel({
        secret: () => webhookSecret,
        now,
        allowNetworks: config.allowNetworks,
      }),
    ],
  });
  await acting.reload();
  const recorder = createRecorder({
    identity: acting.identity,
    hooks: [acting.onRecorded],
    isSigned: createSignatureCheck((siteId) => sites.identifySecretOf(siteId)),
  });

  // The state is part of the statement: a parameter would keep the partial indexes out of it.
  const countOutbox = (state: "pending" | "dead") => () => {
    const row = opened.reader
      .prepare(`select count(*) as count from outbox where state = '${state}'`)
      .get() as { count: number };
    return row.count;
  };
  const metrics = createMetrics({
    footfall_events_stored_total: { help: "Events stored since the start" },
    footfall_batches_total: { help: "Commits of events since the start" },
    footfall_batches_failed_total: { help: "Commits of events that failed since the start" },
    footfall_events_dropped_total: { help: "Events not recorded after a check by the server" },
    footfall_messages_waiting: {
      help: "Messages that wait to be sent",
      gauge: countOutbox("pending"),
    },
    footfall_messages_dead: { help: "Messages that were given up", gauge: countOutbox("dead") },
    footfall_log_bytes: {
      help: "Size of the database's write-ahead log",
      gauge: () => statSync(`${opened.path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    },
    footfall_changes_waiting: { help: "Changes that wait", gauge: () => opened.writer.waiting() },
    footfall_memory_bytes: {
      help: "Resident memory of the process that serves",
      gauge: () => process.memoryUsage.rss(),
    },
  });

  let failedAt: number | undefined;
  const onRecorded = ({ events, tied, dropped, firstEventSites }: Recorded) => {
    failedAt = undefined;
    metrics.add("footfall_batches_total");
    metrics.add("footfall_events_stored_total", events.length);
    metrics.add("footfall_events_dropped_total", dropped.length);
    sealer.recorded(events.length);
    if (live.listeners() > 0) for (const event of events) live.publish(event);
    for (const { siteId, reason, detail } of dropped) refusals.count(siteId, reason, detail, now());
    for (const { visitorId, contactId } of tied) {
      void fillInPast(visitorId, contactId).catch((error) =>
        log.error("filling in a visitor's past failed", error),
      );
    }
    if (firstEventSites.length > 0) void sites.reload();
  };
  const queue = createIngestQueue({
    write,
    recorder,
    now,
    onRecorded,
    along: (connection) => refusals.write(connection),
    onFailure(error) {
      failedAt = now();
      metrics.add("footfall_batches_failed_total");
      log.error("a batch of events failed", error);
    },
  });

  const limiterOf = (factor: number) =>
    config.rateLimit === 0
      ? undefined
      : createRateLimiter({ perMinute: config.rateLimit * factor });
  const ingest = createIngest({
    findSite: sites.find,
    queue,
    refusals,
    limiter: limiterOf(1),
    siteLimiter: limiterOf(ADDRESSES_PER_SITE),
    visitorKeys,
    placeOf,
    now,
  });
  const stats = createStats({
    path: opened.path,
    now,
    pool: createRemotePool({ path: opened.path, cacheBytes: config.statsMemoryBytes }, log, {
      stored: () => metrics.count("footfall_events_stored_total"),
    }),
  });
  const sealer = createSealer({
    path: opened.path,
    write,
    now,
    log,
    onSealing: recorder.sealUpTo,
    isPinned: () => stats.streaming() > 0,
  });
  const fillInPast = createFillInPast({ write, readPast: sealer.readPast, now });
  const erasure = createErasure({
    write,
    eraseEvents: sealer.eraseVisitors,
    forget: recorder.forget,
    log,
  });
  const upkeep = createUpkeep({ write, refusals, visitorKeys, now, log });
  return {
    config,
    store,
    write,
    databasePath: opened.path,
    now,
    log,
    box,
    trust: parseTrustProxy(config.trustProxy),
    sites,
    ingest,
    refusals,
    stats,
    listArrived: (query) => listArrived(opened.reader, query),
    lastArrived: (siteId) => lastArrived(opened.reader, siteId),
    sealer,
    erasure,
    metrics,
    live,
    mailAccount,
    webhookSecret,
    acting,
    setupToken: randomBytes(24).toString("base64url"),
    // Without traffic nothing would ever tell that the disk has room again.
    isStoring: () => failedAt === undefined || now() - failedAt > FAILURE_MS,
    async start() {
      await acting.start();
      sealer.start();
      void erasure.resume().catch((error) => log.error("an erasure could not be ended", error));
    },
    async stop() {
      await queue.idle();
      await acting.stop();
      await sealer.stop();
      await upkeep.stop();
      await stats.stop();
      await opened.close();
    },
  };
}

/** Opens the installation's key and notes it in a database that has none noted. */
async function takeKey({ reader, write, close }: OpenStore, config: Config): Promise<string> {
  try {
    const secret = openKey(reader, config.dataDirectory, config.secret);
    await write((_, connection) => noteKey(connection, secret));
    return secret;
  } catch (error) {
    await close();
    throw error;
  }
}
