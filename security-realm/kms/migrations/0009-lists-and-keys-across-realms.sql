-- Of resources that are at home here: which realms were given their list, for how long, and as of when they know it.
create table list_holder (
  resource_id  uuid        not null references resource,
  kms_host     text        not null,
  held_until   timestamptz not null,
  told_version bigint      not null default 0,
  told_epoch   bigint      not null default 0,
  primary key (resource_id, kms_host)
);
create index list_holder_held_until on list_holder (held_until);

-- Keys of other key servers that are bound to resources of ours.
create table foreign_binding (
  key_uri       text        primary key,
  kms_host      text        not null,
  resource_id   uuid        not null references resource,
  creator_id    uuid        not null,
  bound_at      timestamptz not null,
  bound_version bigint      not null
);
create index foreign_binding_resource on foreign_binding (resource_id, kms_host);

-- Lists of resources that are at home elsewhere, as home stated them last.
create table foreign_list (
  resource_uri  text        primary key,
  claims        jsonb,
  -- Home's signed statement of the claims: evidence.
  statement     text,
  -- The start of the request that brought it.
  asked_at      timestamptz,
  -- Home told of these: an older list holds no more.
  known_version bigint      not null default 0,
  known_epoch   bigint      not null default 0,
  check ((claims is null) = (statement is null) and (claims is null) = (asked_at is null))
);

-- Our keys that are bound to resources elsewhere.
alter table content_key add column foreign_resource text check (foreign_resource is null or resource_id is null);
alter table content_key drop constraint content_key_check;
alter table content_key add constraint content_key_check
  check ((resource_id is null and foreign_resource is null) = (bound_at is null));
drop index content_key_unbound;
create index content_key_unbound on content_key (expires_at) where resource_id is null and foreign_resource is null;

-- Keys of other key servers, sealed for the people of one organisation of ours.
create table foreign_key (
  key_uri         text        not null,
  organisation_id uuid        not null,
  resource_uri    text        not null,
  -- As its key server represents it, without its bytes.
  representation  jsonb       not null,
  kek_id          uuid        not null,
  kek_version     integer     not null,
  sealed          bytea       not null check (octet_length(sealed) = 60),
  commitment      bytea       not null check (octet_length(commitment) = 32),
  -- The start of the request that brought it, or confirmed it last.
  asked_at        timestamptz not null,
  primary key (key_uri, organisation_id)
);
