-- A room's log is the truth: positions are 1-based and gapless, and everything else can be derived or asked again.
-- Only ciphertext, random ids, sizes and times are stored here; there is no column for a name, an address or a key.

create table rooms (
  id uuid primary key,
  -- Rooms hash to shards from day one; there is one until somebody needs two.
  shard smallint not null default 0,
  organisation_id uuid not null,
  kms_host text not null,
  resource_uri text not null,
  -- Position of the last entry.
  head bigint not null,
  -- Changes with every change of roster or keys, so that one statement can tell that what it read is still so.
  version bigint not null default 1,
  -- The KMS's version of the authorization list at the last departure: keys bound before it are stale.
  departure_version bigint not null default 0,
  title text,
  title_key text,
  default_key text,
  tags text[] not null default '{}',
  pair_low uuid,
  pair_high uuid,
  created_by uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((pair_low is null) = (pair_high is null))
) with (fillfactor = 60);

create unique index rooms_pair on rooms (pair_low, pair_high) where pair_low is not null;

create table memberships (
  room_id uuid not null references rooms (id) on delete cascade,
  user_id uuid not null,
  organisation_id uuid not null,
  joined_position bigint not null,
  read_position bigint not null default 0,
  -- Set from the intent of a removal until its receipt: nothing after this position is delivered.
  suspended_at bigint,
  primary key (room_id, user_id)
);

create index memberships_user on memberships (user_id);

create table live_keys (
  room_id uuid not null references rooms (id) on delete cascade,
  uri text not null,
  device_id uuid,
  shared boolean not null,
  stale boolean not null default false,
  -- Version of the authorization list when the KMS bound the key.
  authorization_version bigint not null,
  bound_at timestamptz not null,
  primary key (room_id, uri)
);

create table activities (
  room_id uuid not null references rooms (id) on delete cascade,
  position bigint not null,
  id uuid not null,
  actor_id uuid not null,
  verb text not null,
  published timestamptz not null,
  -- JSON text as the client sent it, ciphertext inside; never queried.
  object text not null,
  key_uri text,
  parent_id uuid,
  parent_type text,
  client_temp_id text,
  cloister text,
  -- Members the core does not know, echoed.
  extra text,
  -- The KMS's signed receipt, on entries it decided.
  receipt text,
  -- The ciphertext is gone, the entry stays.
  deleted boolean not null default false,
  primary key (room_id, position)
);

create unique index activities_id on activities (room_id, id);
create unique index activities_temp_id on activities (room_id, actor_id, client_temp_id) where client_temp_id is not null;
create index activities_parent on activities (room_id, parent_id) where parent_id is not null;
create index activities_published on activities (room_id, published);

-- Two-part changes: written before the sealed half is forwarded, kept so that a repeat finds its result.
create table intents (
  operation_id text primary key,
  kind text not null,
  state text not null check (state in ('pending', 'applied', 'refused')),
  room_id uuid not null,
  kms_host text not null,
  user_id uuid not null,
  organisation_id uuid not null,
  device_id uuid,
  subjects uuid[] not null,
  resource_uri text,
  key_uri text,
  sealed text not null,
  -- The outer half, as parsed: what is committed when the receipt says so.
  request text not null,
  pair_low uuid,
  pair_high uuid,
  since timestamptz not null,
  status integer,
  -- The KMS's sealed reply, for the asker alone.
  reply text,
  receipt text,
  activity_id uuid
);

create index intents_pending on intents (room_id) where state = 'pending';
create unique index intents_room on intents (room_id) where kind = 'create' and state = 'pending';
create unique index intents_pair on intents (pair_low, pair_high) where state = 'pending' and pair_low is not null;

create table devices (
  id uuid primary key,
  user_id uuid not null,
  organisation_id uuid not null,
  -- What the client said of itself (type, model, system): JSON text, at most 4 KiB, for its owner's list alone.
  details text not null,
  created_at timestamptz not null,
  modified_at timestamptz not null
);

create index devices_user on devices (user_id);

-- Each realm's last discovery answer, so that discovery works while the realm is down (kms.md §1.4).
create table discovery (
  kms_host text primary key,
  answer text not null,
  receipt_kid text not null,
  updated_at timestamptz not null
);

create table files (
  id uuid primary key,
  room_id uuid not null,
  owner_id uuid not null,
  size bigint not null,
  state text not null check (state in ('open', 'uploaded', 'finished')),
  created_at timestamptz not null
);

create index files_unfinished on files (created_at) where state <> 'finished';
create index files_owner on files (owner_id) where state <> 'finished';

-- A capability URL is known by its hash alone: who reads the database cannot use one.
create table capabilities (
  hash bytea primary key,
  purpose text not null check (purpose in ('upload', 'finish', 'download')),
  file_id uuid not null references files (id) on delete cascade,
  expires_at timestamptz not null
);

create index capabilities_expiry on capabilities (expires_at);
