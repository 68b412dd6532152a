-- Erasing a contact looks for browsers that a link has tied to it for the time being: there are
-- few, and a look through a million visitors would hold the writer for a tenth of a second.
create index visitors_pending on visitors (pending_contact_id)
  where pending_contact_id is not null;
