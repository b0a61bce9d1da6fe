-- Where people of ours stand on lists that are at home elsewhere, as home stated them last. Whoever of them leaves is removed
-- there by home, which is asked until it has (wires.md §13).
create table foreign_place (
  person_id    uuid        not null,
  resource_uri text        not null,
  kms_host     text        not null,
  -- When home may be asked next, and how often it was in vain.
  due_at       timestamptz not null,
  attempts     integer     not null default 0,
  primary key (person_id, resource_uri)
);
create index foreign_place_resource on foreign_place (resource_uri);
create index foreign_place_host on foreign_place (kms_host);

-- The list's version at which somebody of that realm was put on it last: the realm is told until it has heard.
alter table list_holder add column added_version bigint not null default 0;
create index list_holder_added on list_holder (kms_host) where told_version < added_version;
