-- Main keys that organisations bring themselves (docs/wires.md §12, byok.md §4).

-- A KEK may be wrapped at Amazon (algorithm 2): what comes back is theirs, and longer.
alter table kek drop constraint kek_wrap_algorithm_check;
alter table kek drop constraint kek_wrapped_check;
alter table kek add constraint kek_wrapped_check check (
  (wrap_algorithm = 1 and octet_length(wrapped) = 60) or (wrap_algorithm = 2 and octet_length(wrapped) <= 6144));
-- A main key has one material for its life.
alter table kek alter column hsm_key_version set default 1;
-- What a rotation has still to do, and what keeps a main key from being destroyed.
create index kek_content_main_key on kek (organisation_id, hsm_key_id) where level = 'content';

-- One row for each served organisation, made on first use; whoever changes main keys locks it first.
create table organisation_keys (
  organisation_id uuid        primary key,
  -- Grows with each transition: If-Match.
  version         bigint      not null default 1,
  -- Grows with each transition that freezes or unfreezes.
  epoch           bigint      not null default 0,
  -- The holder of the main-key role; null is the realm's default main key. One holder by construction.
  head_key_id     uuid,
  is_frozen       boolean     not null default false,
  default_role    text        not null default 'active' check (default_role in ('active', 'rotation', 'idle')),
  -- While the default main key is in rotation.
  default_rotation_started_at timestamptz,
  default_rotation_total      integer check (default_rotation_total >= 0),
  -- When the revocation was asked for, and when it was proven on every node.
  frozen_at       timestamptz,
  effective_at    timestamptz,
  check ((head_key_id is null) = (default_role = 'active')),
  check ((default_role = 'rotation') = (default_rotation_started_at is not null)),
  check ((default_role = 'rotation') = (default_rotation_total is not null)),
  check (is_frozen = (frozen_at is not null)),
  check (not is_frozen or head_key_id is not null),
  check (effective_at is null or is_frozen)
);

create table master_key (
  key_id              uuid        primary key,
  organisation_id     uuid        not null references organisation_keys,
  source              text        not null check (source in ('upload', 'aws-kms')),
  arn                 text,
  check_value         bytea       check (octet_length(check_value) = 16),
  state               text        not null check (state in ('pending', 'active', 'rotation', 'retired', 'revoked',
                                    'locally-revoked', 'revoked-by-amazon', 'deleted', 'removed')),
  -- Of a deleted one: where undeleting leads.
  state_before        text        check (state_before in ('revoked', 'locally-revoked', 'revoked-by-amazon')),
  -- Why Amazon does not let a pending or rotating key be used.
  unusable            text,
  created_at          timestamptz not null,
  state_changed_at    timestamptz not null,
  activated_at        timestamptz,
  rotation_started_at timestamptz,
  rotation_total      integer     check (rotation_total >= 0),
  retire_at           timestamptz,
  purge_at            timestamptz,
  -- The prober's memory of a key at Amazon (byok.md §2.2, confirm rule): when it looks next (null: at once), since when the
  -- key is denied without a verdict, and how often in a row it answered since it was off.
  probe_at            timestamptz,
  denied_since        timestamptz,
  good_probes         integer     not null default 0 check (good_probes >= 0),
  unique (organisation_id, key_id),
  check ((source = 'upload') = (check_value is not null)),
  check (arn is null or source = 'aws-kms'),
  -- A removed key's ARN is forgotten, but for the original that the organisation still needs (R050).
  check (source = 'upload' or arn is not null or state = 'removed'),
  check (source = 'upload' or state not in ('retired', 'revoked')),
  check (source = 'aws-kms' or state not in ('locally-revoked', 'revoked-by-amazon')),
  check (source = 'aws-kms' or unusable is null),
  check ((state = 'deleted') = (purge_at is not null)),
  check ((state = 'deleted') = (state_before is not null)),
  check ((state = 'retired') = (retire_at is not null)),
  check ((state = 'rotation') = (rotation_started_at is not null)),
  check ((state = 'rotation') = (rotation_total is not null)),
  check (state in ('pending', 'removed') or activated_at is not null)
);
-- R040; R041 and R047 with what byok.md §4.1 says of the role.
create unique index master_key_one_pending on master_key (organisation_id) where state = 'pending';
create unique index master_key_one_head on master_key (organisation_id)
  where state in ('active', 'revoked', 'locally-revoked', 'revoked-by-amazon', 'deleted');
create unique index master_key_live_arn on master_key (organisation_id, arn) where state <> 'removed';
create unique index master_key_live_check on master_key (organisation_id, check_value) where state <> 'removed';
-- Of the same organisation; looked at when a transition commits.
alter table organisation_keys add foreign key (organisation_id, head_key_id)
  references master_key (organisation_id, key_id) deferrable initially deferred;

-- Keys to destroy in the hsm. A row is written BEFORE an import, for an orphan of a crash, and deleted by the transaction
-- that takes the key up; and written when a key is removed. It is not carried out while a live main key has the id, nor
-- while a KEK names it, unless the key was purged as its organisation's head: that one is shredded (byok.md §3).
create table hsm_disposal (
  key_id          uuid        primary key,
  organisation_id uuid        not null,
  due_at          timestamptz not null
);
create index hsm_disposal_due on hsm_disposal (due_at);

-- What became of main keys, for the administrators: without a key it is about the default one.
create table master_key_event (
  seq             bigint      generated always as identity primary key,
  organisation_id uuid        not null,
  key_id          uuid,
  from_state      text,
  to_state        text,
  act             text        not null,
  actor_id        uuid,
  at              timestamptz not null
);
create index master_key_event_organisation on master_key_event (organisation_id, seq desc);

-- The nodes of this realm's key server, and which epochs each has acted on.
create table kms_node (
  node_id  uuid        primary key,
  seen_at  timestamptz not null,
  lease_ms integer     not null check (lease_ms > 0)
);
create table kms_node_epoch (
  node_id         uuid   not null references kms_node on delete cascade,
  organisation_id uuid   not null,
  epoch           bigint not null,
  primary key (node_id, organisation_id)
);
