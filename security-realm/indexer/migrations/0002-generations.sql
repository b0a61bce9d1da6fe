-- By which rules the tokens of an index were made. An index of others, or one that is not here, is built anew beside the old one.

create table generations (
  room_id uuid not null,
  generation bigint not null,
  rules text not null,
  primary key (room_id, generation)
);
