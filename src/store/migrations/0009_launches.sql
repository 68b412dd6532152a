-- How many runs an event started in a period: a version has one trigger, so the index alone tells.
create index runs_version on runs (version_id, started_at);
