-- Nothing in this database is a usable key: what is wrapped or sealed opens only with the hsm's help.

-- Keys that wrap others, themselves wrapped by an hsm key (byok.md §5).
create table kek (
  kek_id           uuid        not null,
  version          integer     not null check (version > 0),
  organisation_id  uuid        not null,
  level            text        not null check (level in ('content', 'channel', 'realm')),
  label            text        not null,
  hsm_key_id       uuid        not null,
  hsm_key_version  integer     not null,
  wrap_algorithm   smallint    not null check (wrap_algorithm = 1), -- 1: AES-256-GCM, iv | ct | tag
  wrapped          bytea       not null check (octet_length(wrapped) = 60),
  commitment       bytea       not null check (octet_length(commitment) = 32),
  created_at       timestamptz not null,
  primary key (kek_id, version),
  unique (organisation_id, level, label, version)
);

-- The realm's own private keys (static RSA, receipt, link), sealed under a KEK of level realm.
create table realm_secret (
  name        text        primary key check (name in ('static', 'receipt', 'link')),
  public_jwk  text        not null,
  kek_id      uuid        not null,
  kek_version integer     not null,
  sealed      bytea       not null,
  commitment  bytea       not null check (octet_length(commitment) = 32),
  created_at  timestamptz not null,
  foreign key (kek_id, kek_version) references kek
);

-- Ephemeral keys of the channels between clients and this server: an hour at most.
create table channel (
  channel_id      uuid        primary key,
  organisation_id uuid        not null,
  person_id       uuid        not null,
  client_id       text        not null,
  jkt             text,
  kek_id          uuid        not null,
  kek_version     integer     not null,
  wrapped         bytea       not null check (octet_length(wrapped) = 60),
  commitment      bytea       not null check (octet_length(commitment) = 32),
  created_at      timestamptz not null,
  expires_at      timestamptz not null
  -- No foreign key to kek here and in content_key: each insert would lock the same row of kek.
);
create index channel_expires_at on channel (expires_at);

-- What keys are bound to: one per room. `room_id` is null for a resource that no room has.
create table resource (
  resource_id     uuid        primary key,
  organisation_id uuid        not null,
  room_id         uuid        unique,
  creator_id      uuid        not null,
  list_version    bigint      not null check (list_version > 0),
  last_receipt    text,
  created_at      timestamptz not null
);

-- Who may read a resource: a person, or everybody who may read another resource.
create table resource_authorization (
  authorization_id        uuid        primary key,
  resource_id             uuid        not null references resource,
  subject_kind            text        not null check (subject_kind in ('person', 'resource')),
  subject_id              uuid        not null,
  subject_organisation_id uuid        not null,
  created_by              uuid        not null,
  created_at              timestamptz not null,
  unique (resource_id, subject_id)
);

create table content_key (
  key_id          uuid        primary key,
  organisation_id uuid        not null,
  kek_id          uuid        not null,
  kek_version     integer     not null,
  wrapped         bytea       not null check (octet_length(wrapped) = 60),
  commitment      bytea       not null check (octet_length(commitment) = 32),
  creator_id      uuid        not null,
  client_id       text        not null,
  created_at      timestamptz not null,
  expires_at      timestamptz not null,
  resource_id     uuid        references resource,
  bound_at        timestamptz,
  check ((resource_id is null) = (bound_at is null))
);
create index content_key_resource on content_key (resource_id, bound_at desc) where resource_id is not null;
create index content_key_unbound on content_key (expires_at) where resource_id is null;

-- What was asked and what became of it, so that asking twice changes things once.
create table operation (
  operation_id    text        primary key check (operation_id ~ '^[0-9a-f]{64}$'),
  organisation_id uuid        not null,
  person_id       uuid        not null,
  kind            text        not null check (kind in ('message', 'create', 'add', 'remove', 'updateKey', 'addKey', 'closed')),
  room_id         uuid,
  resource_id     uuid,
  client_digest   bytea,
  request_id      text,
  fingerprint     bytea,
  status          smallint    not null,
  kek_id          uuid,
  kek_version     integer,
  result          bytea,
  commitment      bytea,
  receipt         text,
  created_at      timestamptz not null
);
create unique index operation_request on operation (person_id, client_digest, request_id) where request_id is not null;
create index operation_created_at on operation (created_at);

-- Every use of a key: entry and the hash of the chain up to it.
create table audit (
  seq   bigint primary key check (seq > 0),
  hash  bytea  not null check (octet_length(hash) = 32),
  entry text   not null
);
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_append_only before update or delete or truncate on audit
  for each statement execute function refuse_change();
