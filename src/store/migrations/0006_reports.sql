-- What a team counts as success: an event, or a view of a page.
create table goals (
  id         integer primary key,
  site_id    integer not null references sites (id),
  name       text    not null,
  kind       text    not null check (kind in ('event', 'page')),
  match      text    not null, -- name of the event; path of the page, with * for anything
  value      text, -- property of the event that holds the value, such as revenue
  created_by integer,
  created_at integer not null,
  removed_at integer
) strict;

create unique index goals_name on goals (site_id, name) where removed_at is null;

create table funnels (
  id         integer primary key,
  site_id    integer not null references sites (id),
  name       text    not null,
  steps      text    not null, -- JSON: [{kind, match}]
  within_ms  integer not null,
  revision   integer not null default 1,
  created_by integer,
  created_at integer not null,
  changed_at integer not null,
  removed_at integer
) strict;

-- Named filters of a report, kept as the query of its address.
create table saved_views (
  id         integer primary key,
  site_id    integer not null references sites (id),
  name       text    not null,
  report     text    not null check (report in ('overview', 'retention')),
  query      text    not null,
  created_by integer,
  created_at integer not null,
  removed_at integer
) strict;

alter table sites add column keep_days integer; -- events older than this are removed; null keeps all

-- What is left of days whose events were removed: totals without filters.
create table daily_totals (
  site_id  integer not null,
  day      text    not null, -- YYYY-MM-DD, UTC
  visitors integer not null,
  sessions integer not null,
  views    integer not null,
  events   integer not null,
  primary key (site_id, day)
) strict, without rowid;
