-- match: pairs brought up to date for some records only, and which. Whoever worked on the pairs as of `from_fingerprint` need
-- only look at these records to be as of `to_fingerprint`; a gap in the chain means everything was compared anew.
create table match.increment (
  sequence bigint generated always as identity primary key,
  entity text not null,
  from_fingerprint text not null,
  to_fingerprint text not null,
  run_id text not null
);
create index increment_of on match.increment (entity, from_fingerprint);

create table match.touched (
  increment bigint not null references match.increment on delete cascade,
  connection_id text not null,
  id text not null,
  primary key (increment, connection_id, id)
);
