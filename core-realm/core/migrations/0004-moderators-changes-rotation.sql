-- Once a room has a moderator, its member list and its title are theirs alone (wires.md §9).
alter table memberships add column moderator boolean not null default false;

-- Why a change was refused, and the version of the authorization list that an applied one led to.
alter table intents add column code text;
alter table intents add column authorization_version bigint;
create index intents_of_room on intents (room_id, since desc, operation_id);
-- Receipts may come home out of order: what a newer one decided about a person stands.
create index intents_access on intents (room_id) where state = 'applied' and kind not in ('updateKey', 'addKey');
-- A key that was bound once is not bound anew after its row was pruned.
create index intents_key on intents (key_uri) where key_uri is not null;

-- Entries under the key up to a position of the log: counted exactly, and only when the limit could have been reached.
alter table live_keys add column counted bigint not null default 0;
alter table live_keys add column counted_position bigint not null default 0;
