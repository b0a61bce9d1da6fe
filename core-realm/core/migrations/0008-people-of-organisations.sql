-- An indexer reads every room with one of its organisation's people in it, wherever the room is at home (wires.md §14).
create index memberships_organisation on memberships (organisation_id, room_id);
