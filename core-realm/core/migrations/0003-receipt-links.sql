-- How a room's applied receipts hang together: each names the hash of the one before (architecture §5).
create table receipt_links (
  room_id uuid not null,
  -- SHA-256 of the receipt as sent, lower hex.
  hash text not null,
  previous text,
  -- Found to follow another one, or reported as following none.
  checked boolean not null default false,
  primary key (room_id, hash)
);

create index receipt_links_open on receipt_links (room_id) where not checked;
create index receipt_links_previous on receipt_links (room_id, previous);

-- Receipts from before this table: what follows them must find them.
insert into receipt_links (room_id, hash, previous, checked)
select room_id, encode(sha256(convert_to(receipt, 'UTF8')), 'hex'), null, true
from (
  select room_id, receipt from activities where receipt is not null
  union
  select room_id, receipt from intents where receipt is not null and status < 400
) as known;
