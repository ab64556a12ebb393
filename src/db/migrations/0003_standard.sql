-- standard: one typed, cleaned row per record and per piece of evidence; its other tables are derived from the definitions.
create schema standard;

-- up to which version of the mirror an object of an org is standardised, and by which definition
create table standard.progress (
  connection_id text not null,
  object text not null,
  version bigint not null,
  -- the newest version in standard.<object>, newer than the mirror's where a definition changed rows
  moved_version bigint not null,
  definition_hash text not null,
  primary key (connection_id, object)
);
