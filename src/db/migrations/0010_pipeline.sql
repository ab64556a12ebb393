-- pipeline: up to where each stage has taken in what stages before it made. Of no stage's own schema, as each reads what
-- others say here; a stage writes its own lines only, in the transaction of what they speak of.
create schema pipeline;

create table pipeline.mark (
  stage text not null,
  -- the object or entity the stage works on
  subject text not null,
  -- '*': of all orgs
  connection_id text not null,
  -- what is taken in: a stage by name, or review, users, history. Its own stage: what it has made
  source text not null,
  -- the newest row taken in, or made
  version bigint not null,
  -- of the definition it was taken in by; of users, who of them is active
  hash text,
  -- the version at which all was made anew: no list of what moved reaches further back
  whole_version bigint not null default -1,
  primary key (stage, subject, connection_id, source)
  -- one line is written again and again: with room on its page no index is touched
) with (fillfactor = 40);

-- The time zone of this name, UTC where PostgreSQL knows none. Asked once an org: a look into the list of all takes longer.
create function pipeline.zone_named(name text) returns text language plpgsql stable parallel safe as $$
begin
  perform now() at time zone name;
  return coalesce(name, 'UTC');
exception when invalid_parameter_value then return 'UTC';
end $$;
