create table flows (
  id           integer primary key,
  name         text    not null,
  state        text    not null check (state in ('draft', 'active', 'paused')),
  draft        text    not null, -- JSON: trigger, entry, stop and steps
  revision     integer not null default 1, -- a second save on an old one is refused
  version_id   integer, -- the published one
  paused_why   text,
  created_at   integer not null,
  changed_at   integer not null,
  removed_at   integer
) strict;

-- A published version never changes; a run stays on its version.
create table flow_versions (
  id           integer primary key,
  flow_id      integer not null references flows (id),
  number       integer not null,
  definition   text    not null,
  published_at integer not null,
  published_by integer references users (id) on delete set null,
  unique (flow_id, number)
) strict;

create table runs (
  id         integer primary key,
  flow_id    integer not null references flows (id),
  version_id integer not null references flow_versions (id),
  subject    text    not null, -- 'contact:ID' or 'visitor:ID', as it was when the run began
  contact_id integer, -- null while the visitor is not known
  visitor_id integer,
  site_id    integer not null,
  entry_key  text    not null, -- what the entry rule says must not repeat
  state      text    not null check (state in ('active', 'held', 'done', 'stopped', 'failed')),
  step_id    text    not null,
  seq        integer not null, -- how many steps were entered; a step's effects carry run.seq
  entered_at integer not null,
  wake_at    integer, -- when to look again; null while a message is on its way
  event      text    not null, -- JSON: name, page, properties, time of the event that started it
  reason     text, -- why it is held, was stopped or failed
  started_at integer not null,
  ended_at   integer,
  unique (flow_id, subject, entry_key)
) strict;

-- By flow first: what is due in a paused flow, however much, is not even looked at.
create index runs_due on runs (flow_id, wake_at) where state = 'active' and wake_at is not null;
-- Whether somebody has been in a flow is asked inside the transaction that stores the event.
create index runs_contact on runs (contact_id, flow_id) where contact_id is not null;
create index runs_visitor on runs (visitor_id, flow_id) where visitor_id is not null;
create index runs_flow on runs (flow_id, state, step_id);

-- The ledger: every step of every run, once.
create table run_steps (
  run_id  integer not null references runs (id) on delete cascade,
  seq     integer not null,
  step_id text    not null,
  kind    text    not null,
  outcome text    not null, -- entered, waiting, sending, held, done, skipped, stopped, failed, retried
  at      integer not null,
  detail  text,
  primary key (run_id, seq, at, outcome)
) strict, without rowid;

create table step_counts (
  flow_id integer not null,
  step_id text    not null,
  outcome text    not null check (outcome in ('entered', 'done', 'skipped', 'stopped', 'failed')),
  count   integer not null,
  primary key (flow_id, step_id, outcome)
) strict, without rowid;

-- What flows want sent. The key is made from the run and its step, so that writing the same
-- intention twice is refused by the database.
create table outbox (
  id         integer primary key,
  key        text    not null unique, -- of the intention: run and step
  public_id  text    not null unique, -- what receivers know it by; random, so that no other has it
  channel    text    not null check (channel in ('email', 'webhook')),
  state      text    not null check (state in ('pending', 'sending', 'sent', 'dead', 'cancelled')),
  next_at    integer not null,
  attempts   integer not null default 0,
  run_id     integer,
  flow_id    integer,
  step_id    text,
  contact_id integer,
  site_id    integer,
  recipient  text    not null,
  payload    text    not null, -- JSON, rendered; secrets stay in the channel
  error      text,
  reference  text,
  created_at integer not null,
  settled_at integer
) strict;

-- Only what waits is ever searched for; what was sent soon outnumbers it a thousand to one.
create index outbox_due on outbox (channel, next_at) where state = 'pending';
create index outbox_run on outbox (run_id);
create index outbox_contact on outbox (contact_id, created_at) where contact_id is not null;
create index outbox_dead on outbox (created_at) where state = 'dead';

-- Where a link in a message leads. The address itself carries nothing but the token.
create table links (
  token      text    not null primary key,
  kind       text    not null check (kind in ('page', 'unsubscribe', 'open')),
  url        text, -- of a page
  message_id integer,
  contact_id integer not null,
  created_at integer not null
) strict, without rowid;

create index links_message on links (message_id);

-- Openings of links and images, by people and by machines.
create table clicks (
  id         integer primary key,
  token      text    not null,
  message_id integer,
  contact_id integer not null,
  kind       text    not null check (kind in ('click', 'open')),
  machine    integer not null, -- 1: a scanner or a mail program, as far as one can tell
  url        text,
  at         integer not null
) strict;

create index clicks_message on clicks (message_id, kind);
create index clicks_contact on clicks (contact_id, at);

-- The one-time parameter that a redirect adds: valid for 10 minutes and for one visitor.
create table arrivals (
  token_hash text    not null primary key,
  contact_id integer not null,
  message_id integer,
  site_id    integer not null,
  created_at integer not null,
  until      integer not null,
  visitor_id integer -- who used it
) strict, without rowid;

create index arrivals_until on arrivals (until);
