-- Settings an operator changes while Footfall runs, and counters that must survive a restart.
create table settings (
  key   text not null primary key,
  value text not null -- JSON; secrets inside it are sealed with the installation's key
) strict, without rowid;

create table counters (
  name  text    not null primary key,
  value integer not null
) strict, without rowid;

insert into counters (name, value) values ('event', 0);

create table sites (
  id              integer primary key,
  key             text    not null unique, -- public: it stands in the pixel's address
  domain          text    not null,
  kind            text    not null check (kind in ('website', 'demo')),
  privacy         text    not null check (privacy in ('storage', 'cookieless', 'consent', 'strict')),
  further_domains text    not null default '[]', -- JSON array of host names
  identify_secret text    not null, -- sealed
  first_event_at  integer, -- epoch ms
  created_at      integer not null,
  removed_at      integer -- kept, so that removing can be undone
) strict;

create unique index sites_domain on sites (domain) where removed_at is null;

create table users (
  id            integer primary key,
  name          text    not null,
  email         text    not null unique collate nocase,
  role          text    not null check (role in ('owner', 'admin', 'editor', 'viewer')),
  password_hash text, -- argon2id; null until the invitation is accepted
  invite_hash   text unique, -- SHA-256 of the one-time invitation
  invite_until  integer,
  zone          text    not null default 'UTC',
  created_at    integer not null
) strict;

create table sign_ins (
  token_hash text    not null primary key, -- SHA-256: a stolen file opens no session
  user_id    integer not null references users (id) on delete cascade,
  agent      text    not null,
  created_at integer not null,
  seen_at    integer not null,
  until      integer not null
) strict, without rowid;

create index sign_ins_user on sign_ins (user_id);

create table audit (
  id      integer primary key,
  at      integer not null,
  user_id integer references users (id) on delete set null,
  action  text    not null,
  subject text    not null
) strict;
