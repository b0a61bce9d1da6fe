-- Keys under which organisations make the tokens of rooms (docs/wires.md §14): each organisation its own, for a resource at
-- home here or elsewhere. None is deleted: an index is of use only with all of its epochs.
create table search_key (
  organisation_id uuid        not null,
  resource_uri    text        not null,
  epoch           integer     not null check (epoch > 0),
  kek_id          uuid        not null,
  kek_version     integer     not null,
  wrapped         bytea       not null check (octet_length(wrapped) = 60),
  commitment      bytea       not null check (octet_length(commitment) = 32),
  created_at      timestamptz not null,
  -- One an epoch, whichever node is asked.
  primary key (organisation_id, resource_uri, epoch)
);
