-- Keys of programs. The key itself is shown once; its hash is kept.
create table api_keys (
  id         integer primary key,
  name       text    not null,
  hash       text    not null unique, -- SHA-256
  hint       text    not null, -- its first characters, to tell keys apart
  scopes     text    not null, -- JSON array
  site_id    integer references sites (id), -- null: all sites
  created_by integer,
  created_at integer not null,
  used_at    integer,
  removed_at integer
) strict;
