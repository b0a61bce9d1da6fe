-- Which keys somebody who has left could read: those bound before the list's version at the last departure.
alter table resource add column departure_version bigint not null default 0;
-- The list's version when the key was bound; unknown for keys bound before this was noted.
alter table content_key add column bound_version bigint;
