-- standard: up to which version of the mirror an object of an org is standardised, and by which definition.
create table standard.progress (
  connection_id text not null,
  object text not null,
  version bigint not null,
  -- the newest version in standard.<object>, newer than the mirror's where a definition changed rows
  moved_version bigint not null,
  definition_hash text not null,
  primary key (connection_id, object)
);

-- Rows that moved are found by their version. Tables made from now on have this from the start.
do $$
declare
  name text;
begin
  for name in select distinct table_name from mirror.object where to_regclass(format('mirror.%I', table_name)) is not null loop
    execute format('alter table mirror.%I add unique (connection_id, _version)', name);
  end loop;
end
$$;
