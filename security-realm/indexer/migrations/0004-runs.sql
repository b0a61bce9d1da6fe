-- That a term was searched stays in memory until something else of its index is stored. So that nothing of it is forgotten by a process that
-- dies, each says once, before its first such search, that something may be unwritten; whoever begins after one that did not end well takes
-- every term of what was stored before for searched.

alter table counters add column run bigint not null default 0;

create table counter_runs (
  single boolean primary key default true check (single),
  -- Of the newest process, in order.
  run bigint not null default 0,
  unwritten boolean not null default false,
  -- What was stored in runs before this one may lack searches.
  unsure_before bigint not null default 0
);

insert into counter_runs default values;
