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

-- The view of merges belongs to who uses it: both views in one schema, where the schema text has them in order.
drop view golden.record_key;
drop view mirror.merged_into;
create view golden.merged_into as
with recursive chain as (
  select connection_id, loser_id, winner_id, 1 as depth from mirror.alias
  union all
  select c.connection_id, c.loser_id, a.winner_id, c.depth + 1
  from chain c
  join mirror.alias a on a.connection_id = c.connection_id and a.loser_id = c.winner_id
  where c.depth < 100 and a.winner_id <> c.loser_id
)
select distinct on (connection_id, loser_id) connection_id, loser_id, winner_id
from chain
order by connection_id, loser_id, depth desc;
create view golden.record_key as
select entity, connection_id, id, golden_id from golden.crosswalk
union all
select x.entity, m.connection_id, m.loser_id, x.golden_id
from golden.merged_into m
join golden.crosswalk x on x.connection_id = m.connection_id and x.id = m.winner_id
where not exists (select from golden.crosswalk own
  where own.entity = x.entity and own.connection_id = m.connection_id and own.id = m.loser_id);
