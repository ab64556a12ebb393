-- golden: what survivorship proves of each value, sets included, and up to where it has obeyed.
alter table golden.provenance
  -- place of a value in a set, 0 for single values
  add column place int not null default 0,
  add column value text,
  add column value_since timestamptz,
  -- what settled it: only value, a strategy, smallest id, follows <field>, pin
  add column decided_by text,
  add column pin_id text,
  -- a pinned value has no record
  alter column connection_id drop not null,
  alter column id drop not null,
  drop constraint provenance_pkey,
  add primary key (golden_id, field, place);

create table golden.survival (
  entity text primary key,
  pin_version bigint not null,
  definition_hash text not null,
  run_id text not null
);

-- per org: every evidence row up to this version has survived
create table golden.survived (
  entity text not null,
  connection_id text not null,
  version bigint not null,
  primary key (entity, connection_id)
);
