import type { Channel } from "../channels/channel.ts";
import type { RecordedEvent } from "../events/event.ts";
import { adoptVisitorRuns, releaseHeld, stopRunsOfOthers, stopRunsOfVisitors } from "./adopt.ts";
import { createEnroller } from "./enrol.ts";
import { createRunner } from "./runner.ts";
import { settleRun, whyNotSend } from "./settle.ts";
import { createVersions } from "./versions.ts";
import type { IdentityHooks } from "../identity/identify.ts";
import type { TrackedSites } from "../ingest/tracked-sites.ts";
import type { Log } from "../lib/log.ts";
import { createSender } from "../messages/sender.ts";
import { ownsHost } from "../sites/site.ts";
import type { Connection } from "../store/connection.ts";
import type { Write } from "../store/writer.ts";

export interface ActingParts {
  readonly write: Write;
  readonly now: () => number;
  readonly log: Log;
  readonly baseUrl: string;
  readonly sites: TrackedSites;
  readonly channels: readonly Channel[];
}

/** Flows at work: what starts them, what moves them on, what they send. */
export interface Acting {
  readonly identity: IdentityHooks;
  /** The hook of ingest: starts and stops runs in the transaction of the event. */
  onRecorded(connection: Connection, events: readonly RecordedEvent[], now: number): void;
  /** To be called after a flow was published, paused or removed. */
  reload(): Promise<void>;
  /** Something may be due. */
  wake(): void;
  /** The team changed something: a message was replayed, a server set up, a flow resumed. */
  retry(): void;
  start(): Promise<void>;
  /** Does all that is due now; for tests, which move the clock by hand. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

/** Connects events, identities, runs and messages; none of them knows the others. */
export function createActing({ write, now, log, baseUrl, sites, channels }: ActingParts): Acting {
  const enroller = createEnroller();
  const versions = createVersions();
  const sender = createSender({
    write,
    channels,
    now,
    whyNot: whyNotSend,
    onSettled(connection, message, settled, at) {
      settleRun(connection, versions, message, settled, at);
      runner.wake();
    },
    onError: (error) => log.error("sending failed", error),
    onNotice: log.info,
  });
  const runner = createRunner({
    write,
    now,
    versions,
    baseUrl,
    isOwnHost: (host) => [...sites.all()].some((site) => ownsHost(site, host)),
    onError: (error) => log.error("a run tripped", error),
    onMessages: sender.wake,
  });

  return {
    identity: {
      onTied(connection, visitorId, contactId, from) {
        adoptVisitorRuns(connection, visitorId, contactId, from, now());
        runner.wake();
      },
      onVerified(connection, contactId, at) {
        releaseHeld(connection, contactId, at);
        runner.wake();
      },
      onUntied: stopRunsOfVisitors,
      onTakenOver: stopRunsOfOthers,
    },
    onRecorded(connection, events, at) {
      if (enroller.record(connection, events, at)) runner.wake();
    },
    async reload() {
      await write((_, connection) => enroller.reload(connection));
      runner.wake();
    },
    wake() {
      runner.wake();
      sender.wake();
    },
    retry() {
      runner.wake();
      sender.reopen();
    },
    async start() {
      await sender.start();
      runner.start();
    },
    async tick() {
      // A message that is settled may let its run send another.
      for (let round = 0; round < 20; round += 1) {
        await runner.turn();
        await sender.tick();
      }
    },
    async stop() {
      await runner.stop();
      await sender.stop();
    },
  };
}
