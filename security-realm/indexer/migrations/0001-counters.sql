-- Where the postings of each term stand, by index and epoch: a snapshot, and what changed after it, in order.
-- Sealed under keys derived from the search keys, which only the key server gives: without it nothing here can be read. What is not
-- sealed (rooms, positions, times) the core knows too.

create table counters (
  room_id uuid not null,
  generation bigint not null,
  epoch bigint not null,
  -- Without gaps in an epoch: a row that is missing is noticed.
  number bigint not null,
  -- A snapshot holds everything of its epoch up to it; else what changed since the row before.
  is_snapshot boolean not null,
  -- The entries of the room's log whose postings these counters have counted.
  from_position bigint not null,
  to_position bigint not null,
  sealed bytea not null,
  commitment bytea not null check (octet_length(commitment) = 32),
  primary key (room_id, generation, epoch, number)
);

-- Ciphertext does not compress.
alter table counters alter column sealed set storage external;
