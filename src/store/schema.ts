import { blob, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The tables as Drizzle knows them. The migrations are the truth: constraints, indexes and
 * what a column means stand there, and a test compares the two column by column.
 */

export const settings = sqliteTable("settings", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});

export const counters = sqliteTable("counters", {
  name: text("name").primaryKey(),
  value: integer("value").notNull(),
});

export const sites = sqliteTable("sites", {
  id: integer("id").primaryKey(),
  key: text("key").notNull(),
  domain: text("domain").notNull(),
  kind: text("kind", { enum: ["website", "demo"] }).notNull(),
  privacy: text("privacy", { enum: ["storage", "cookieless", "consent", "strict"] }).notNull(),
  furtherDomains: text("further_domains", { mode: "json" }).$type<string[]>().notNull(),
  identifySecret: text("identify_secret").notNull(),
  firstEventAt: integer("first_event_at"),
  createdAt: integer("created_at").notNull(),
  removedAt: integer("removed_at"),
  keepDays: integer("keep_days"),
  engagement: integer("engagement", { mode: "boolean" }).notNull().default(true),
});

export const users = sqliteTable("users", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull(),
  role: text("role", { enum: ["owner", "admin", "editor", "viewer"] }).notNull(),
  passwordHash: text("password_hash"),
  inviteHash: text("invite_hash"),
  inviteUntil: integer("invite_until"),
  zone: text("zone").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const signIns = sqliteTable("sign_ins", {
  tokenHash: text("token_hash").primaryKey(),
  userId: integer("user_id").notNull(),
  agent: text("agent").notNull(),
  createdAt: integer("created_at").notNull(),
  seenAt: integer("seen_at").notNull(),
  until: integer("until").notNull(),
});

export const audit = sqliteTable("audit", {
  id: integer("id").primaryKey(),
  at: integer("at").notNull(),
  userId: integer("user_id"),
  action: text("action").notNull(),
  subject: text("subject").notNull(),
});

export const terms = sqliteTable("terms", {
  id: integer("id").primaryKey(),
  siteId: integer("site_id").notNull(),
  text: text("text").notNull(),
});

export const definitions = sqliteTable("definitions", {
  id: integer("id").primaryKey(),
  siteId: integer("site_id").notNull(),
  name: text("name").notNull(),
  trigger: text("trigger", { enum: ["automatic", "manual"] }).notNull(),
  conditions: text("conditions").notNull(),
  state: text("state", { enum: ["active", "paused"] }).notNull(),
  revision: integer("revision").notNull().default(1),
  createdAt: integer("created_at").notNull(),
  changedAt: integer("changed_at").notNull(),
  removedAt: integer("removed_at"),
});

export const visitors = sqliteTable(
  "visitors",
  {
    siteId: integer("site_id").notNull(),
    key: blob("key", { mode: "buffer" }).notNull(),
    id: integer("id").notNull(),
    cookielessDay: integer("cookieless_day"),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.key] })],
);

export const secrets = sqliteTable("secrets", {
  name: text("name").primaryKey(),
  value: blob("value", { mode: "buffer" }).notNull(),
});

export const visitorRanges = sqliteTable("visitor_ranges", {
  firstId: integer("first_id").primaryKey(),
  siteId: integer("site_id").notNull(),
  firstNumber: integer("first_number").notNull(),
  used: integer("used").notNull(),
  size: integer("size").notNull(),
});

export const ties = sqliteTable("ties", {
  visitorId: integer("visitor_id").primaryKey(),
  siteId: integer("site_id").notNull(),
  contactId: integer("contact_id").notNull(),
  tiedBy: text("tied_by", {
    enum: ["link", "identify", "signed identify", "form", "api"],
  }).notNull(),
  since: integer("since").notNull(),
  isPending: integer("is_pending").notNull().default(0),
});

export const sessions = sqliteTable("sessions", {
  id: integer("id").primaryKey(),
  siteId: integer("site_id").notNull(),
  visitorId: integer("visitor_id").notNull(),
  startedAt: integer("started_at").notNull(),
  lastAt: integer("last_at").notNull(),
  views: integer("views").notNull(),
  events: integer("events").notNull(),
  entryPage: integer("entry_page").notNull(),
  exitPage: integer("exit_page").notNull(),
  source: integer("source").notNull(),
  referrer: integer("referrer"),
  utmSource: integer("utm_source"),
  utmMedium: integer("utm_medium"),
  utmCampaign: integer("utm_campaign"),
  utmTerm: integer("utm_term"),
  utmContent: integer("utm_content"),
  country: integer("country"),
  language: integer("language"),
  device: integer("device").notNull(),
  browser: integer("browser").notNull(),
  system: integer("system").notNull(),
  screen: integer("screen"),
  isNew: integer("is_new").notNull().default(0),
  version: integer("version"),
  region: integer("region"),
  city: integer("city"),
});

export const events = sqliteTable(
  "events",
  {
    siteId: integer("site_id").notNull(),
    id: integer("id").notNull(),
    at: integer("at").notNull(),
    sessionId: integer("session_id").notNull(),
    visitorId: integer("visitor_id").notNull(),
    name: integer("name").notNull(),
    page: integer("page").notNull(),
    title: integer("title"),
    host: integer("host"),
    properties: text("properties"),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.id] })],
);

export const eventIds = sqliteTable(
  "event_ids",
  {
    id: text("id").notNull(),
    siteId: integer("site_id").notNull(),
    batch: integer("batch").notNull(),
  },
  (table) => [primaryKey({ columns: [table.id, table.siteId] })],
);

export const undefinedEvents = sqliteTable(
  "undefined_events",
  {
    siteId: integer("site_id").notNull(),
    name: text("name").notNull(),
    count: integer("count").notNull(),
    firstAt: integer("first_at").notNull(),
    lastAt: integer("last_at").notNull(),
    sample: text("sample"),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.name] })],
);

export const refusals = sqliteTable(
  "refusals",
  {
    siteId: integer("site_id").notNull(),
    day: text("day").notNull(),
    reason: text("reason").notNull(),
    count: integer("count").notNull(),
    lastAt: integer("last_at").notNull(),
    detail: text("detail").notNull(),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.day, table.reason] })],
);

export const refusalDetails = sqliteTable(
  "refusal_details",
  {
    siteId: integer("site_id").notNull(),
    day: text("day").notNull(),
    reason: text("reason").notNull(),
    detail: text("detail").notNull(),
    count: integer("count").notNull(),
    lastAt: integer("last_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.day, table.reason, table.detail] })],
);

export const contacts = sqliteTable("contacts", {
  id: integer("id").primaryKey(),
  state: text("state", { enum: ["claimed", "verified"] }).notNull(),
  zone: text("zone"),
  language: text("language"),
  firstSite: integer("first_site"),
  createdAt: integer("created_at").notNull(),
  changedAt: integer("changed_at").notNull(),
  lastSeenAt: integer("last_seen_at"),
});

export const identities = sqliteTable(
  "identities",
  {
    kind: text("kind", { enum: ["email", "phone", "id"] }).notNull(),
    value: text("value").notNull(),
    siteId: integer("site_id").notNull(),
    contactId: integer("contact_id").notNull(),
    verifiedBy: text("verified_by"),
    verifiedAt: integer("verified_at"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.value, table.siteId] })],
);

export const variables = sqliteTable(
  "variables",
  {
    contactId: integer("contact_id").notNull(),
    name: text("name").notNull(),
    type: text("type", { enum: ["text", "number", "date", "boolean"] }).notNull(),
    value: text("value").notNull(),
    source: text("source").notNull(),
    changedAt: integer("changed_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.contactId, table.name] })],
);

export const contactEvents = sqliteTable(
  "contact_events",
  {
    contactId: integer("contact_id").notNull(),
    at: integer("at").notNull(),
    eventId: integer("event_id").notNull(),
    siteId: integer("site_id").notNull(),
    visitorId: integer("visitor_id").notNull(),
    name: text("name").notNull(),
    page: text("page").notNull(),
    properties: text("properties"),
  },
  (table) => [primaryKey({ columns: [table.contactId, table.at, table.eventId] })],
);

export const suppressions = sqliteTable(
  "suppressions",
  {
    channel: text("channel").notNull(),
    address: text("address").notNull(),
    reason: text("reason", {
      enum: ["unsubscribed", "bounced", "complained", "by hand"],
    }).notNull(),
    at: integer("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.address] })],
);

export const flows = sqliteTable("flows", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  state: text("state", { enum: ["draft", "active", "paused"] }).notNull(),
  draft: text("draft").notNull(),
  revision: integer("revision").notNull().default(1),
  versionId: integer("version_id"),
  pausedWhy: text("paused_why"),
  createdAt: integer("created_at").notNull(),
  changedAt: integer("changed_at").notNull(),
  removedAt: integer("removed_at"),
});

export const flowVersions = sqliteTable("flow_versions", {
  id: integer("id").primaryKey(),
  flowId: integer("flow_id").notNull(),
  number: integer("number").notNull(),
  definition: text("definition").notNull(),
  publishedAt: integer("published_at").notNull(),
  publishedBy: integer("published_by"),
});

export const runs = sqliteTable("runs", {
  id: integer("id").primaryKey(),
  flowId: integer("flow_id").notNull(),
  versionId: integer("version_id").notNull(),
  subject: text("subject").notNull(),
  contactId: integer("contact_id"),
  visitorId: integer("visitor_id"),
  siteId: integer("site_id").notNull(),
  entryKey: text("entry_key").notNull(),
  state: text("state", { enum: ["active", "held", "done", "stopped", "failed"] }).notNull(),
  stepId: text("step_id").notNull(),
  seq: integer("seq").notNull(),
  enteredAt: integer("entered_at").notNull(),
  wakeAt: integer("wake_at"),
  event: text("event").notNull(),
  reason: text("reason"),
  startedAt: integer("started_at").notNull(),
  endedAt: integer("ended_at"),
});

export const runSteps = sqliteTable(
  "run_steps",
  {
    runId: integer("run_id").notNull(),
    seq: integer("seq").notNull(),
    stepId: text("step_id").notNull(),
    kind: text("kind").notNull(),
    outcome: text("outcome").notNull(),
    at: integer("at").notNull(),
    detail: text("detail"),
  },
  (table) => [primaryKey({ columns: [table.runId, table.seq, table.at, table.outcome] })],
);

export const stepCounts = sqliteTable(
  "step_counts",
  {
    flowId: integer("flow_id").notNull(),
    stepId: text("step_id").notNull(),
    outcome: text("outcome", {
      enum: ["entered", "done", "skipped", "stopped", "failed"],
    }).notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.flowId, table.stepId, table.outcome] })],
);

export const outbox = sqliteTable("outbox", {
  id: integer("id").primaryKey(),
  key: text("key").notNull(),
  publicId: text("public_id").notNull(),
  channel: text("channel", { enum: ["email", "webhook"] }).notNull(),
  state: text("state", { enum: ["pending", "sending", "sent", "dead", "cancelled"] }).notNull(),
  nextAt: integer("next_at").notNull(),
  attempts: integer("attempts").notNull().default(0),
  runId: integer("run_id"),
  flowId: integer("flow_id"),
  stepId: text("step_id"),
  contactId: integer("contact_id"),
  siteId: integer("site_id"),
  recipient: text("recipient").notNull(),
  payload: text("payload").notNull(),
  error: text("error"),
  reference: text("reference"),
  createdAt: integer("created_at").notNull(),
  settledAt: integer("settled_at"),
});

export const links = sqliteTable("links", {
  token: text("token").primaryKey(),
  kind: text("kind", { enum: ["page", "unsubscribe", "open"] }).notNull(),
  url: text("url"),
  messageId: integer("message_id"),
  contactId: integer("contact_id").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const clicks = sqliteTable("clicks", {
  id: integer("id").primaryKey(),
  token: text("token").notNull(),
  messageId: integer("message_id"),
  contactId: integer("contact_id").notNull(),
  kind: text("kind", { enum: ["click", "open"] }).notNull(),
  machine: integer("machine", { mode: "boolean" }).notNull(),
  url: text("url"),
  at: integer("at").notNull(),
});

export const arrivals = sqliteTable("arrivals", {
  tokenHash: text("token_hash").primaryKey(),
  contactId: integer("contact_id").notNull(),
  messageId: integer("message_id"),
  siteId: integer("site_id").notNull(),
  createdAt: integer("created_at").notNull(),
  until: integer("until").notNull(),
  visitorId: integer("visitor_id"),
});

export const segments = sqliteTable("segments", {
  id: integer("id").primaryKey(),
  siteId: integer("site_id").notNull(),
  state: text("state", { enum: ["building", "live", "dead"] }).notNull(),
  format: integer("format").notNull(),
  fromAt: integer("from_at").notNull(),
  untilAt: integer("until_at").notNull(),
  sessions: integer("sessions").notNull(),
  events: integer("events").notNull(),
  sizeBytes: integer("size_bytes").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const segmentColumns = sqliteTable("segment_columns", {
  id: integer("id").primaryKey(),
  segmentId: integer("segment_id").notNull(),
  shard: integer("shard").notNull(),
  name: text("name").notNull(),
  checksum: integer("checksum").notNull(),
  data: blob("data", { mode: "buffer" }).notNull(),
});

export const seals = sqliteTable("seals", {
  siteId: integer("site_id").primaryKey(),
  sealedSession: integer("sealed_session").notNull().default(0),
  nextSession: integer("next_session").notNull().default(0),
  nextEvent: integer("next_event").notNull().default(0),
});

export const unsealed = sqliteTable("unsealed", {
  sessionId: integer("session_id").primaryKey(),
  siteId: integer("site_id").notNull(),
  fromEvent: integer("from_event").notNull(),
  lastEvent: integer("last_event").notNull(),
});

export const superseded = sqliteTable(
  "superseded",
  {
    segmentId: integer("segment_id").notNull(),
    sessionId: integer("session_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.segmentId, table.sessionId] })],
);

export const goals = sqliteTable("goals", {
  id: integer("id").primaryKey(),
  siteId: integer("site_id").notNull(),
  name: text("name").notNull(),
  kind: text("kind", { enum: ["event", "page"] }).notNull(),
  match: text("match").notNull(),
  value: text("value"),
  createdBy: integer("created_by"),
  createdAt: integer("created_at").notNull(),
  removedAt: integer("removed_at"),
});

export const funnels = sqliteTable("funnels", {
  id: integer("id").primaryKey(),
  siteId: integer("site_id").notNull(),
  name: text("name").notNull(),
  steps: text("steps", { mode: "json" })
    .$type<{ kind: "event" | "page"; match: string }[]>()
    .notNull(),
  withinMs: integer("within_ms").notNull(),
  revision: integer("revision").notNull().default(1),
  createdBy: integer("created_by"),
  createdAt: integer("created_at").notNull(),
  changedAt: integer("changed_at").notNull(),
  removedAt: integer("removed_at"),
});

export const savedViews = sqliteTable("saved_views", {
  id: integer("id").primaryKey(),
  siteId: integer("site_id").notNull(),
  name: text("name").notNull(),
  report: text("report", { enum: ["overview", "retention"] }).notNull(),
  query: text("query").notNull(),
  createdBy: integer("created_by"),
  createdAt: integer("created_at").notNull(),
  removedAt: integer("removed_at"),
});

export const dailyTotals = sqliteTable(
  "daily_totals",
  {
    siteId: integer("site_id").notNull(),
    day: text("day").notNull(),
    visitors: integer("visitors").notNull(),
    sessions: integer("sessions").notNull(),
    views: integer("views").notNull(),
    events: integer("events").notNull(),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.day] })],
);

export const apiKeys = sqliteTable("api_keys", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  hash: text("hash").notNull(),
  hint: text("hint").notNull(),
  scopes: text("scopes", { mode: "json" }).$type<string[]>().notNull(),
  siteId: integer("site_id"),
  createdBy: integer("created_by"),
  createdAt: integer("created_at").notNull(),
  usedAt: integer("used_at"),
  removedAt: integer("removed_at"),
});
