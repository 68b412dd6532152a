create table contacts (
  id           integer primary key,
  state        text    not null check (state in ('claimed', 'verified')), -- nothing is sent to 'claimed'
  zone         text,
  language     text,
  first_site   integer, -- where the contact came about
  created_at   integer not null,
  changed_at   integer not null,
  last_seen_at integer
) strict;

create index contacts_seen on contacts (last_seen_at);

-- What a person is known by. A value belongs to one contact; an id means something on its own
-- site only: customer 42 of one shop is not customer 42 of another.
create table identities (
  kind        text    not null check (kind in ('email', 'phone', 'id')),
  value       text    not null, -- e-mail in lower case, phone with country code
  site_id     integer not null, -- of an id; 0 for what is the same everywhere
  contact_id  integer not null references contacts (id) on delete cascade,
  verified_by text, -- how it was verified; null while only claimed
  verified_at integer,
  created_at  integer not null,
  primary key (kind, value, site_id)
) strict, without rowid;

create index identities_contact on identities (contact_id);

create table variables (
  contact_id integer not null references contacts (id) on delete cascade,
  name       text    not null,
  type       text    not null check (type in ('text', 'number', 'date', 'boolean')),
  value      text    not null,
  source     text    not null, -- where the fact came from
  changed_at integer not null,
  primary key (contact_id, name)
) strict, without rowid;

-- What a known person did, kept as rows for the timeline and for flows.
create table contact_events (
  contact_id integer not null references contacts (id) on delete cascade,
  at         integer not null,
  event_id   integer not null,
  site_id    integer not null,
  visitor_id integer not null,
  name       text    not null,
  page       text    not null,
  properties text,
  primary key (contact_id, at, event_id)
) strict, without rowid;

-- Nothing is sent to an address in here, whatever else is known about it.
create table suppressions (
  channel text    not null,
  address text    not null,
  reason  text    not null check (reason in ('unsubscribed', 'bounced', 'complained', 'by hand')),
  at      integer not null,
  primary key (channel, address)
) strict, without rowid;
