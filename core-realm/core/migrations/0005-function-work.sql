-- Work for a function's machines (wires.md §10), written in the transaction that appends the share it is about.
create table function_work (
  id uuid primary key,
  -- Oldest first.
  seq bigint generated always as identity,
  purpose text not null,
  organisation_id uuid not null,
  room_id uuid not null references rooms (id) on delete cascade,
  activity_id uuid not null,
  state text not null check (state in ('waiting', 'leased', 'done', 'nothing', 'failed')),
  created_at timestamptz not null,
  -- How often it was given out.
  attempts smallint not null default 0,
  -- The machine that has it, or had it last.
  leaseholder uuid,
  -- Not given out before: the end of the lease, or of the pause after a fault.
  due_at timestamptz not null,
  -- Kept for a while after it was decided, so that a repeat finds its result.
  decided_at timestamptz,
  -- Why it was given up.
  code text,
  check ((decided_at is null) = (state in ('waiting', 'leased')))
);

create index function_work_open on function_work (organisation_id, purpose, seq) where decided_at is null;
create index function_work_decided on function_work (decided_at) where decided_at is not null;
