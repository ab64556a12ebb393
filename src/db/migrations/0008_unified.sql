-- unified: the published view. Its tables and views are derived from src/marts; here is only what outlives them.
create schema unified;
create schema salesops;
create schema revops;
comment on schema unified is 'One cleaned view of the org: dimensions, facts and metric values. Read it in one repeatable read transaction.';
comment on schema salesops is 'The published view as sales operations ask for it; views only.';
comment on schema revops is 'The published view as revenue operations ask for it; views only.';

create table unified.publication (
  generation bigint primary key,
  run_id text not null unique,
  published_at timestamptz not null,
  -- checksum of the mart files that shaped this generation
  definition_checksum text not null
);
comment on table unified.publication is 'One row per publication; the highest generation is what every other table here shows.';
comment on column unified.publication.generation is 'Counts up by one with each publication';
comment on column unified.publication.run_id is 'Run that published it';
comment on column unified.publication.published_at is 'When it was published';
comment on column unified.publication.definition_checksum is 'Checksum of the definitions that shaped it';
