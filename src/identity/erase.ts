import { Refusal } from "../lib/errors.ts";
import type { Log } from "../lib/log.ts";
import type { Connection } from "../store/connection.ts";
import { removeWhere } from "../store/remove-where.ts";
import { inSlices } from "../store/slices.ts";
import type { Write } from "../store/writer.ts";

/** Removes all that is known of a person or a browser. */
export interface Erasure {
  /**
   * Erases a contact with all browsers tied to it.
   *
   * From the first transaction on nobody finds it and nothing is sent to it; its browsers are known
   * no more when the keys of all have been looked through, some seconds later; when the promise
   * resolves nothing of it is left. A suppression of its address stays, or it would be written to
   * again as soon as somebody names the address anew.
   *
   * @throws {Refusal} `missing`, if there is no such contact.
   */
  eraseContact(id: number): Promise<void>;
  /** Erases a visitor of a site. @throws {Refusal} `missing`, if there is no such visitor. */
  eraseVisitor(siteId: number, number: number): Promise<void>;
  /** Ends what an earlier process began; what cannot be ended waits for the next start. */
  resume(): Promise<void>;
}

export interface ErasureParts {
  readonly write: Write;
  /** Removes rows of events and sessions, and what segments hold of visitors. */
  readonly eraseEvents: (siteId: number, visitorIds: readonly number[]) => Promise<void>;
  /** Has ingest forget who is about; called inside a transaction. */
  readonly forget: () => void;
  readonly log: Log;
}

/** An erasure under way, as it is kept until it is done: ids only. */
interface Task {
  readonly contactId: number | null;
  readonly visitors: readonly { readonly id: number; readonly siteId: number }[];
}

const SETTING = "erasing";

export function createErasure({ write, eraseEvents, forget, log }: ErasureParts): Erasure {
  let underWay = 0;

  /**
   * While anybody is being erased, what is removed is overwritten with zeros, not only let go of.
   *
   * What was moved or removed before (rows that were sealed) may still stand in unused pages of
   * the file until they are used again; a backup does not take those along.
   */
  const setOverwriting = () =>
    write((_, { database }) => {
      database.exec(`pragma secure_delete = ${underWay > 0 ? "on" : "off"}`);
    });

  const carryOut = async (begun: () => Promise<Task>) => {
    underWay += 1;
    try {
      await setOverwriting();
      const task = await begun();
      // Whoever comes back from then on is somebody new.
      await removeKeys(write, task, forget);
      await eraseTraces(write, task);
      for (const [siteId, own] of Map.groupBy(task.visitors, (visitor) => visitor.siteId)) {
        await eraseEvents(
          siteId,
          own.map(({ id }) => id),
        );
      }
      await write((_, connection) => {
        finish(connection, task);
        forget();
      }, "upkeep");
    } finally {
      underWay -= 1;
      await setOverwriting();
    }
  };

  const begin = (task: (connection: Connection) => Task) =>
    write((_, connection) => {
      const found = task(connection);
      letGo(connection, found);
      keepTasks(connection, [...readTasks(connection), found]);
      forget();
      return found;
    });

  return {
    async eraseContact(id) {
      await carryOut(() => begin((connection) => contactTask(connection, id)));
    },
    async eraseVisitor(siteId, number) {
      await carryOut(() => begin((connection) => visitorTask(connection, siteId, number)));
    },
    async resume() {
      const tasks = await write((_, connection) => readTasks(connection), "upkeep");
      for (const task of tasks) {
        await carryOut(() => Promise.resolve(task)).catch((error) =>
          log.error("an erasure could not be ended", error),
        );
      }
    },
  };
}

function contactTask(connection: Connection, contactId: number): Task {
  const contact = connection.prepare("select id from contacts where id = ?").get([contactId]);
  if (!contact) throw new Refusal("missing", "There is no such contact");
  const visitors = connection
    .prepare(
      `/* contactTask */ select visitor_id as id, site_id as siteId from ties
       where contact_id = ? and is_pending = 0`,
    )
    .all([contactId]) as { id: number; siteId: number }[];
  return { contactId, visitors: visitors.map(({ id, siteId }) => ({ id, siteId })) };
}

function visitorTask(connection: Connection, siteId: number, number: number): Task {
  return { contactId: null, visitors: [{ id: visitorIdOf(connection, siteId, number), siteId }] };
}

/** @throws {Refusal} `missing`, if the site has no visitor of this number. */
export function visitorIdOf(connection: Connection, siteId: number, number: number): number {
  const visitor = connection
    .prepare(
      `/* visitorIdOf */ select first_id + ?2 - first_number as id from visitor_ranges
       where site_id = ?1 and first_number <= ?2 and ?2 < first_number + used
       order by first_number desc limit 1`,
    )
    .get([siteId, number]) as { id: number } | undefined;
  if (!visitor) throw new Refusal("missing", "There is no such visitor");
  return visitor.id;
}

/**
 * Removes the keys by which browsers are known again, with what they were tied to meanwhile.
 *
 * They are looked for among all of their sites, in slices: that spares an index of visitors by
 * id, and erasing looks through all segments anyway.
 */
async function removeKeys(write: Write, { visitors }: Task, forget: () => void): Promise<void> {
  for (const [siteId, own] of Map.groupBy(visitors, (visitor) => visitor.siteId)) {
    const ids = JSON.stringify(own.map(({ id }) => id));
    await removeWhere(
      write,
      {
        table: "visitors",
        key: "key",
        of: "site_id = ?",
        ofParameters: [siteId],
        where: "id in (select value from json_each(?))",
        parameters: [ids],
      },
      (connection) => {
        connection
          .prepare("delete from ties where visitor_id in (select value from json_each(?))")
          .run([ids]);
        forget();
      },
    );
  }
}

/** In one transaction: nobody is found any more, nothing goes on, nothing is sent. */
function letGo(connection: Connection, { contactId, visitors }: Task): void {
  for (const { id } of visitors) {
    connection.prepare("delete from ties where visitor_id = ?").run([id]);
  }
  if (contactId === null) return;
  unname(connection, contactId);
  for (const sql of [
    "delete from ties where contact_id = ?",
    "delete from identities where contact_id = ?",
    "delete from variables where contact_id = ?",
    "delete from arrivals where contact_id = ?",
    "update outbox set state = 'cancelled' where contact_id = ? and state = 'pending'",
    `update runs set state = 'stopped', reason = 'Erased', wake_at = null
     where contact_id = ? and state in ('active', 'held')`,
  ]) {
    connection.prepare(sql).run([contactId]);
  }
}

/** Below this a value may stand in any text by chance. */
const TELLING_LENGTH = 6;

/** Takes a person's addresses out of the audit log; an id is a word or a number like others. */
function unname(connection: Connection, contactId: number): void {
  const identities = connection
    .prepare("select kind, value from identities where contact_id = ?")
    .all([contactId]) as { kind: string; value: string }[];
  for (const { kind, value } of identities) {
    const isTelling = kind !== "id" && value.length >= TELLING_LENGTH;
    connection
      .prepare(
        `/* unname */ update audit set subject = replace(subject, ?1, 'somebody erased')
         where ${isTelling ? "instr(subject, ?1) > 0" : "subject = ?1"}`,
      )
      .run([value]);
  }
}

/** All but events, sessions and segments. */
async function eraseTraces(write: Write, { contactId, visitors }: Task): Promise<void> {
  for (const { id } of visitors) await eraseRuns(write, "visitor_id", id);
  const visitorIds = JSON.stringify(visitors.map(({ id }) => id));
  await removeWhere(write, {
    table: "arrivals",
    key: "token_hash",
    where: "visitor_id in (select value from json_each(?))",
    parameters: [visitorIds],
  });
  if (contactId === null) {
    await removeWhere(write, {
      table: "contact_events",
      key: "contact_id",
      where: "visitor_id in (select value from json_each(?))",
      parameters: [visitorIds],
    });
    return;
  }
  await eraseRuns(write, "contact_id", contactId);
  const ofContact = { where: "contact_id = ?", parameters: [contactId] };
  // Links first: an opened one would add to the others.
  await removeWhere(write, { table: "links", key: "token", ...ofContact });
  await removeWhere(write, { table: "arrivals", key: "token_hash", ...ofContact });
  for (const sql of [
    "delete from clicks where id in (select id from clicks where contact_id = ? limit ?)",
    "delete from outbox where id in (select id from outbox where contact_id = ? limit ?)",
    `delete from contact_events where contact_id = ?1 and (at, event_id) in (
       select at, event_id from contact_events where contact_id = ?1 limit ?2)`,
  ]) {
    await removeAll(write, sql, contactId);
  }
}

/** Runs with their steps and messages, also a message that is on its way: it is not noted. */
async function eraseRuns(write: Write, column: "contact_id" | "visitor_id", id: number) {
  await removeAll(
    write,
    `delete from outbox where id in (
       select o.id from runs r join outbox o on o.run_id = r.id where r.${column} = ? limit ?)`,
    id,
  );
  await removeAll(
    write,
    `delete from runs where id in (select id from runs where ${column} = ? limit ?)`,
    id,
  );
}

function removeAll(write: Write, sql: string, id: number): Promise<void> {
  return inSlices(write, 0, (connection, done, rows) => {
    const { changes } = connection.prepare(sql).run([id, rows]);
    return changes === 0 ? undefined : done + changes;
  });
}

/**
 * The last transaction. Samples and details are of whoever came last: whose they are nobody can
 * tell, so those of the sites concerned go.
 */
function finish(connection: Connection, task: Task): void {
  const { contactId, visitors } = task;
  const sites = JSON.stringify([...new Set(visitors.map(({ siteId }) => siteId))]);
  for (const sql of [
    "update undefined_events set sample = null where site_id in (select value from json_each(?))",
    "update refusals set detail = '' where site_id in (select value from json_each(?))",
    "delete from refusal_details where site_id in (select value from json_each(?))",
  ]) {
    connection.prepare(sql).run([sites]);
  }
  if (contactId !== null) removeContact(connection, contactId);
  const left = readTasks(connection).filter(
    (other) => JSON.stringify(other) !== JSON.stringify(task),
  );
  keepTasks(connection, left);
}

/** A contact, with what a link that was followed during the erasure tied to it. */
function removeContact(connection: Connection, contactId: number): void {
  for (const sql of [
    "delete from ties where contact_id = ?",
    "delete from outbox where run_id in (select id from runs where contact_id = ?)",
    "delete from outbox where contact_id = ?",
    "delete from runs where contact_id = ?",
    "delete from arrivals where contact_id = ?",
    "delete from contact_events where contact_id = ?",
    "delete from contacts where id = ?",
  ]) {
    connection.prepare(`/* removeContact */ ${sql}`).run([contactId]);
  }
}

function readTasks(connection: Connection): Task[] {
  const row = connection.prepare("select value from settings where key = ?").get([SETTING]) as
    { value: string } | undefined;
  return row ? (JSON.parse(row.value) as Task[]) : [];
}

function keepTasks(connection: Connection, tasks: readonly Task[]): void {
  if (tasks.length === 0) {
    connection.prepare("delete from settings where key = ?").run([SETTING]);
    return;
  }
  connection
    .prepare("insert or replace into settings (key, value) values (?, ?)")
    .run([SETTING, JSON.stringify(tasks)]);
}
