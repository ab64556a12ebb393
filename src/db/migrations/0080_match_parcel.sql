-- match: what worker processes hand one another while they match an entity together; worthless once the step is over
create unlogged table match.parcel (
  -- one step of one run: its task, and the answer of each part
  flow_id text not null,
  name text not null,
  chunk integer not null,
  -- for the sweeper: the step's worker may have died
  at timestamptz not null default now(),
  bytes bytea not null,
  primary key (flow_id, name, chunk)
);
-- numbers hardly shrink, and packing them would take longer than all else done with them
alter table match.parcel alter column bytes set storage external;
