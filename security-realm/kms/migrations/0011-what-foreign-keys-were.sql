-- What a key of another key server was when it came first, for good: one that gives other bytes under the same name later,
-- or binds it to another resource, is found out. The mark is a MAC under the key itself, so it tells nothing of it.
create table foreign_key_mark (
  key_uri      text  primary key,
  resource_uri text  not null,
  mark         bytea not null check (octet_length(mark) = 32)
);
