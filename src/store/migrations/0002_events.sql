-- Recorded strings, once per site: rows hold integers. Nothing personal goes in here.
create table terms (
  id      integer primary key,
  site_id integer not null references sites (id),
  text    text    not null,
  unique (site_id, text)
) strict;

create table definitions (
  id         integer primary key,
  site_id    integer not null references sites (id),
  name       text    not null,
  trigger    text    not null check (trigger in ('automatic', 'manual')),
  conditions text    not null default '[]', -- JSON; all must hold
  state      text    not null check (state in ('active', 'paused')),
  revision   integer not null default 1, -- a second save on an old one is refused
  created_at integer not null,
  changed_at integer not null,
  removed_at integer
) strict;

create unique index definitions_name on definitions (site_id, name) where removed_at is null;

-- A browser on a site. Numbers are dense per site, so that reports may use them as indexes.
create table visitors (
  id                 integer primary key,
  site_id            integer not null,
  number             integer not null,
  key                text    not null, -- random id kept by the browser, or the daily hash
  kind               text    not null check (kind in ('storage', 'cookieless')),
  first_at           integer not null,
  contact_id         integer,
  tied_by            text check (tied_by in ('link', 'identify', 'signed identify', 'form', 'api')),
  tied_from          integer, -- events from this moment on belong to the contact
  pending_contact_id integer, -- tied by a link, until the visitor does what a person does
  pending_from       integer,
  unique (site_id, key),
  unique (site_id, number)
) strict;

create index visitors_contact on visitors (contact_id) where contact_id is not null;

-- All text below is a term. No foreign keys on the way of an event: the one writer makes both
-- ends in one transaction, and looking them up again costs a quarter of the rate.
create table sessions (
  id            integer primary key,
  site_id       integer not null,
  visitor_id    integer not null,
  started_at    integer not null,
  last_at       integer not null,
  views         integer not null,
  events        integer not null,
  entry_page    integer not null,
  exit_page     integer not null,
  source        integer not null,
  referrer      integer,
  utm_source    integer,
  utm_medium    integer,
  utm_campaign  integer,
  utm_term      integer,
  utm_content   integer,
  country       integer,
  language      integer,
  device        integer not null,
  browser       integer not null,
  system        integer not null,
  screen        integer -- width in CSS pixels
) strict;

create index sessions_started on sessions (site_id, started_at);
create index sessions_visitor on sessions (visitor_id, started_at);

create table events (
  site_id    integer not null,
  at         integer not null,
  id         integer not null,
  session_id integer not null,
  visitor_id integer not null,
  name       integer not null, -- term
  page       integer not null, -- term: path
  title      integer, -- term
  host       integer, -- term
  properties text, -- JSON object
  primary key (site_id, at, id)
) strict, without rowid;

-- Ids of the last 7 days, so that a repeat changes nothing. An id begins with its time: new ones lie
-- side by side. `batch` tells the rows a batch made from those that were there.
create table event_ids (
  id      text    not null,
  site_id integer not null,
  batch   integer not null, -- epoch ms, strictly rising
  primary key (id, site_id)
) strict, without rowid;

-- Events with a name nobody has defined: stored like others, in no figure until defined.
create table undefined_events (
  site_id  integer not null references sites (id),
  name     text    not null,
  count    integer not null,
  first_at integer not null,
  last_at  integer not null,
  sample   text, -- JSON properties of the last one
  primary key (site_id, name)
) strict, without rowid;

-- What was not recorded, and why. Site 0 stands for keys that no site has.
create table refusals (
  site_id integer not null,
  day     text    not null, -- YYYY-MM-DD, UTC
  reason  text    not null,
  count   integer not null,
  last_at integer not null,
  detail  text    not null, -- of the last one
  primary key (site_id, day, reason)
) strict, without rowid;
