-- What an organisation served here decided about others; without a row it meets everybody.
create table outside_policy (
  organisation_id uuid   primary key,
  -- Counts the changes, of pauses too. Part of the revocation epoch that lists carry, so that each change recalls them.
  version         bigint not null default 0,
  mode            text   not null default 'everybody' check (mode in ('everybody', 'listed', 'nobody')),
  domains         text[] not null default '{}'
);

-- Other organisations that one served here shared a resource with, or paused.
create table outside_organisation (
  own_id          uuid        not null,
  organisation_id uuid        not null check (organisation_id <> own_id),
  -- Where its key server was when it was seen last.
  kms_host        text,
  met_at          timestamptz,
  paused_at       timestamptz,
  paused_by       uuid,
  primary key (own_id, organisation_id),
  check ((paused_at is null) = (paused_by is null))
);

insert into outside_organisation (own_id, organisation_id, met_at)
  select mine, theirs, min(created_at) from (
    select r.organisation_id as mine, a.subject_organisation_id as theirs, a.created_at
      from resource r join resource_authorization a using (resource_id) where a.subject_kind = 'person'
    union all
    select a.subject_organisation_id, r.organisation_id, a.created_at
      from resource r join resource_authorization a using (resource_id) where a.subject_kind = 'person'
  ) as shared where mine <> theirs group by mine, theirs;
