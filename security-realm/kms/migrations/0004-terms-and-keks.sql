-- How long a resource and an authorization hold (kms.md §1.6), null for ever. Those of a room hold until it says otherwise.
alter table resource add column expires_at timestamptz check (expires_at is null or room_id is null);
alter table resource_authorization add column expires_at timestamptz;
create index resource_expires_at on resource (expires_at) where expires_at is not null;
create index resource_authorization_expires_at on resource_authorization (expires_at) where expires_at is not null;

-- An authorization that names nobody is a subject of its own: whoever holds its bearer reads, for a time.
alter table resource_authorization drop constraint resource_authorization_subject_kind_check;
alter table resource_authorization add constraint resource_authorization_subject_kind_check
  check (subject_kind in ('person', 'resource', 'anonymous'));
alter table resource_authorization add constraint resource_authorization_anonymous_check
  check (subject_kind <> 'anonymous' or (subject_id = authorization_id and expires_at is not null));

-- The key that signs those bearers, and nothing else.
alter table realm_secret drop constraint realm_secret_name_check;
alter table realm_secret add constraint realm_secret_name_check
  check (name in ('static', 'receipt', 'link', 'authorization'));

-- What an administrator sees as one KEK: the sixteen that wrap an organisation's content keys at one version.
create table kek_generation (
  generation_id   uuid        primary key,
  organisation_id uuid        not null,
  version         integer     not null check (version > 0),
  -- Whether keys under it are released.
  active          boolean     not null,
  created_at      timestamptz not null,
  unique (organisation_id, version)
);
insert into kek_generation (generation_id, organisation_id, version, active, created_at)
  select gen_random_uuid(), organisation_id, version, true, min(created_at)
  from kek where level = 'content' group by organisation_id, version;
