-- The newest entry about each organisation is what the realms call it.
CREATE INDEX organisation_entries ON status_entries ((entry->>'id'), seq DESC) WHERE entry->>'kind' = 'organisation';
