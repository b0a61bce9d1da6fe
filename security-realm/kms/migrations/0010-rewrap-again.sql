-- When a KEK under a main key in rotation may be tried: at once, or later, for one that its main key did not open. So what
-- could not be moved is known by this column, and a row that was brought back from a backup is tried at once.
alter table kek add column rewrap_at timestamptz not null default '-infinity';
-- A batch is the first so many of these.
drop index kek_content_main_key;
create index kek_content_main_key on kek (organisation_id, hsm_key_id, rewrap_at) where level = 'content';
