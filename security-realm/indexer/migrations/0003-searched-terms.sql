-- How many terms people searched for, a day: told to administrators as a number. The core sees as much.

create table searched_terms (
  day date primary key,
  terms bigint not null check (terms > 0)
);
