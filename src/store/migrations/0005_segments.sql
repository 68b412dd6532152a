-- Rows of events are where new events wait to be sealed. Kept in the order they came in, so that a
-- reader takes up only what is new to it, and a late event is appended like any other.
create table events_new (
  site_id    integer not null,
  id         integer not null,
  at         integer not null,
  session_id integer not null,
  visitor_id integer not null,
  name       integer not null, -- term
  page       integer not null, -- term: path
  title      integer, -- term
  host       integer, -- term
  properties text, -- JSON object
  primary key (site_id, id)
) strict, without rowid;

insert into events_new (site_id, id, at, session_id, visitor_id, name, page, title, host, properties)
  select site_id, id, at, session_id, visitor_id, name, page, title, host, properties
  from events order by site_id, id;
drop table events;
alter table events_new rename to events;

-- Reports no longer look for sessions by time; ingest looks for those of a visitor.
drop index sessions_started;
alter table sessions add column is_new integer not null default 0; -- the visitor's first
alter table sessions add column version integer; -- term: browser with its major version
alter table sessions add column region integer; -- term
alter table sessions add column city integer; -- term
update sessions set is_new = 1
  where id in (select min(id) from sessions group by visitor_id);

-- The newest visitor of a site has its highest number: an index on them was a tenth of the file.
create table visitors_new (
  id                 integer primary key,
  site_id            integer not null,
  number             integer not null, -- dense per site; what people are shown
  key                text    not null, -- random id kept by the browser, or the daily hash
  kind               text    not null check (kind in ('storage', 'cookieless')),
  first_at           integer not null,
  contact_id         integer,
  tied_by            text check (tied_by in ('link', 'identify', 'signed identify', 'form', 'api')),
  tied_from          integer, -- events from this moment on belong to the contact
  pending_contact_id integer, -- tied by a link, until the visitor does what a person does
  pending_from       integer,
  unique (site_id, key)
) strict;

insert into visitors_new (id, site_id, number, key, kind, first_at, contact_id, tied_by, tied_from,
    pending_contact_id, pending_from)
  select id, site_id, number, key, kind, first_at, contact_id, tied_by, tied_from,
    pending_contact_id, pending_from
  from visitors order by id;
drop table visitors;
alter table visitors_new rename to visitors;
create index visitors_contact on visitors (contact_id) where contact_id is not null;

-- Sealed events: whole sessions, as columns. Never changed, only replaced.
create table segments (
  id         integer primary key,
  site_id    integer not null,
  state      text    not null check (state in ('building', 'live', 'dead')),
  format     integer not null,
  from_at    integer not null, -- the first event
  until_at   integer not null, -- after the last event
  sessions   integer not null,
  events     integer not null,
  size_bytes integer not null,
  created_at integer not null
) strict;

create index segments_site on segments (site_id, from_at);

-- One blob for each column of each shard. A visitor is in one shard only: `id % 4`.
create table segment_columns (
  id         integer primary key,
  segment_id integer not null,
  shard      integer not null,
  name       text    not null,
  checksum   integer not null, -- CRC-32 of the blob
  data       blob    not null,
  unique (segment_id, shard, name)
) strict;

-- How far the rows of a site are sealed.
create table seals (
  site_id        integer primary key,
  sealed_session integer not null default 0, -- sessions up to this id are sealed, but for those in `unsealed`
  next_session   integer not null default 0, -- the same of the sealing under way; never below
  next_event     integer not null default 0  -- first event that the sealing under way leaves out
) strict;

-- Sessions at or below the watermark that rows still tell of: they had not ended when it passed
-- (from_event 0), or a late event came (rows from that event on; the rest is in a segment, whose
-- copy counts no more).
create table unsealed (
  session_id integer primary key,
  site_id    integer not null,
  from_event integer not null,
  last_event integer not null
) strict;

-- Copies of sessions in segments that a later segment has replaced.
create table superseded (
  segment_id integer not null,
  session_id integer not null,
  primary key (segment_id, session_id)
) strict, without rowid;
