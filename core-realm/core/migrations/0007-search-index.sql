-- The search index (wires.md §14): of each room and organisation the documents' keyed hashes, mapped and sealed under keys that are
-- not in this database (R394). Keys begin with the room's shard, so that a shard holds the indexes of its rooms.
create table search_indexes (
  shard smallint not null,
  id bigint generated always as identity,
  organisation_id uuid not null,
  room_id uuid not null references rooms (id) on delete cascade,
  generation bigint not null,
  -- What the log says up to here is in the index.
  position bigint not null default 0,
  -- The log's deletions and edits up to here have left the pages.
  purged bigint not null default 0,
  -- Grows with each change of the segments: two who compact at once do not both succeed.
  compactions bigint not null default 0,
  postings bigint not null default 0,
  pages integer not null default 0,
  bytes bigint not null default 0,
  -- Sealed: which segments there are, so that one that is missing is missed; null before the first.
  head bytea,
  primary key (shard, id)
) with (fillfactor = 70);

create unique index search_indexes_room on search_indexes (room_id, organisation_id, generation);
create index search_indexes_organisation on search_indexes (organisation_id, room_id);

-- What came since the last compaction: durable at once, a sealed block each.
create table search_batches (
  shard smallint not null,
  index_id bigint not null,
  until bigint not null,
  postings integer not null,
  created_at timestamptz not null,
  sealed bytea not null,
  primary key (shard, index_id, until),
  foreign key (shard, index_id) references search_indexes on delete cascade
);

-- A run of sorted pages, with where each begins; never changed, only replaced.
create table search_segments (
  shard smallint not null,
  index_id bigint not null,
  segment integer not null,
  sealed bytea not null,
  primary key (shard, index_id, segment),
  foreign key (shard, index_id) references search_indexes on delete cascade
);

create table search_pages (
  shard smallint not null,
  index_id bigint not null,
  segment integer not null,
  page integer not null,
  sealed bytea not null,
  primary key (shard, index_id, segment, page),
  foreign key (shard, index_id) references search_indexes on delete cascade
);

-- Sealed bytes do not compress. A page's row fits four times into a page of the store.
alter table search_indexes alter column head set storage external;
alter table search_batches alter column sealed set storage external;
alter table search_segments alter column sealed set storage external;
alter table search_pages alter column sealed set storage plain;

-- Tells whether the key file is the one the indexes were made under.
create table search_key (
  single boolean primary key default true check (single),
  mark bytea not null
);

-- What takes documents out of the index, by room.
create index activities_superseding on activities (room_id, position) where verb = 'delete' or parent_type = 'edit';
