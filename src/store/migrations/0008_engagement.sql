alter table sites add column engagement integer not null default 1 check (engagement in (0, 1));

-- The name is the pixel's from now on. Who used it for an event of their own finds that under
-- another one, with all it recorded and all that waits for it.
insert or ignore into terms (site_id, text)
  select site_id, 'engagement_event' from terms where text = 'engagement';
update events set name = (
    select id from terms where site_id = events.site_id and text = 'engagement_event')
  where name in (select id from terms where text = 'engagement');
update or ignore definitions set name = 'engagement_event' where name = 'engagement';
update definitions set removed_at = changed_at where name = 'engagement' and removed_at is null;
delete from undefined_events where name = 'engagement';
update contact_events set name = 'engagement_event' where name = 'engagement';
update flow_versions set definition =
  replace(definition, '"event":"engagement"', '"event":"engagement_event"');
update flows set draft = replace(draft, '"event":"engagement"', '"event":"engagement_event"');

-- What was not recorded in detail: the last few distinct ones of each day and reason, such as what
-- programs said they are, so that a person taken for one can be found.
create table refusal_details (
  site_id integer not null,
  day     text    not null, -- YYYY-MM-DD, UTC
  reason  text    not null,
  detail  text    not null,
  count   integer not null,
  last_at integer not null,
  primary key (site_id, day, reason, detail)
) strict, without rowid;
