-- A visitor was a row of 60 bytes with an index of 35 beside it, more than a third of the file.
-- Now it is one entry of 26: its key leads to its id, and what is known of few has a table of its
-- own. What the browser keeps is not written down any more, only a digest of it, made with a secret.
create table secrets (
  name  text primary key,
  value blob not null
) strict, without rowid;

insert into secrets (name, value) values ('visitor keys', randomblob(32));

alter table visitors rename to visitors_old;

create table visitors (
  site_id        integer not null,
  key            blob    not null, -- digest of the id kept by the browser, or of the daily hash
  id             integer not null,
  cookieless_day integer, -- days since 1970, of the first event; null: the browser keeps its id
  primary key (site_id, key)
) strict, without rowid;

-- Ids are given to sites in ranges, so that what people are shown, a number that counts the
-- visitors of a site from 1, follows from the id and need not be kept for each. Of visitors that
-- came before, in turns to several sites, a range may hold one or two.
create table visitor_ranges (
  first_id     integer primary key,
  site_id      integer not null,
  first_number integer not null,
  used         integer not null, -- ids given to visitors
  size         integer not null, -- ids set apart
  unique (site_id, first_number)
) strict;

insert into visitor_ranges (first_id, site_id, first_number, used, size)
  select min(id), site_id, min(number), max(id) - min(id) + 1, max(id) - min(id) + 1
  from visitors_old group by site_id, number - id order by 1;

-- Who a visitor is, of those of whom it is known. Events from `since` on belong to the contact.
create table ties (
  visitor_id integer primary key,
  site_id    integer not null,
  contact_id integer not null,
  tied_by    text    not null check (tied_by in ('link', 'identify', 'signed identify', 'form', 'api')),
  since      integer not null, -- epoch ms
  is_pending integer not null default 0 -- made by a link, until the visitor does what a person does
) strict;

-- A tie without a moment never held for any event.
insert into ties (visitor_id, site_id, contact_id, tied_by, since, is_pending)
  select id, site_id, coalesce(contact_id, pending_contact_id),
    iif(contact_id is null, 'link', coalesce(tied_by, 'link')),
    coalesce(iif(contact_id is null, pending_from, tied_from), 253402300799000),
    contact_id is null
  from visitors_old where contact_id is not null or pending_contact_id is not null order by id;

create index ties_contact on ties (contact_id);
