-- What publishing has to look at: records and golden records that moved since the last generation, instead of all of them.

-- golden records whose values or members moved, by entity in the order of their commits; one row each
create table golden.touched (
  golden_id text primary key,
  entity text not null,
  version bigint not null
);
create index touched_version on golden.touched (entity, version);
-- moves when all of an entity were redone at once
alter table golden.survival add column whole_version bigint not null default 0;

-- a finding moves when it opens, closes, or its owner, amount or severity changes; not when it is merely seen again
alter table quality.finding add column version bigint not null default nextval('mirror.version');
create index finding_version on quality.finding (connection_id, object, version);
create table quality.progress (
  connection_id text not null,
  object text not null,
  -- the newest version of its findings
  version bigint not null,
  primary key (connection_id, object)
);

alter table mirror.alias add column version bigint not null default nextval('mirror.version');
create index alias_version on mirror.alias (connection_id, version);
create index alias_winner on mirror.alias (connection_id, winner_id);

-- up to where what was published had read: the next generation goes on from there
alter table unified.publication add column marks jsonb;
comment on column unified.publication.marks is 'Versions up to which the pipeline''s own tables were read for it';

-- Records that are no evidence themselves stand under the key of the one they were merged into.
drop view golden.record_key;
create view golden.lost_key as
select x.entity, m.connection_id, m.loser_id as id, x.golden_id
from golden.merged_into m
join golden.crosswalk x on x.connection_id = m.connection_id and x.id = m.winner_id
where not exists (select from golden.crosswalk own
  where own.entity = x.entity and own.connection_id = m.connection_id and own.id = m.loser_id);
create view golden.record_key as
select entity, connection_id, id, golden_id from golden.crosswalk
union all
select entity, connection_id, id, golden_id from golden.lost_key;
