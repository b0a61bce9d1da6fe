-- Once a resource has a moderator, moderators alone change its list (wires.md §9).
alter table resource_authorization add column moderator boolean not null default false
  check (not moderator or subject_kind = 'person');

-- The feed's entry by which the person was active when they were authorized: an older entry removes nobody.
alter table resource_authorization add column subject_entry bigint not null default 0;
-- Who leaves is looked for on every list.
create index resource_authorization_person on resource_authorization (subject_id) where subject_kind = 'person';

alter table operation drop constraint operation_kind_check;
alter table operation add constraint operation_kind_check check
  (kind in ('message', 'create', 'add', 'remove', 'appoint', 'dismiss', 'updateKey', 'addKey', 'closed'));

-- Removals that the key server made by itself, since the person left the organisation. Kept as long as the resource.
create table leaver_removal (
  operation_id text        primary key references operation,
  resource_id  uuid        not null references resource,
  subject_id   uuid        not null,
  -- The feed's entry that said so.
  entry        bigint      not null check (entry > 0),
  -- The list's version it led to: the order of receipts in the resource's chain.
  list_version bigint      not null,
  -- Whether the core has not written its half yet, and when it was told last.
  undelivered  boolean     not null,
  sent_at      timestamptz,
  unique (resource_id, subject_id, entry)
);
create index leaver_removal_undelivered on leaver_removal (resource_id, list_version) where undelivered;
