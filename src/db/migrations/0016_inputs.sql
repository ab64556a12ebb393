-- What numbers need and Salesforce does not hold, as people gave it: each version is a row, the highest holds, the next run
-- publishes it. No rows: it was taken back.
create table review.input (
  name text not null,
  version int not null check (version > 0),
  moved bigint not null default nextval('review.version'),
  -- objects of the input's columns, blank ones null, in the order of the file
  lines jsonb not null check (jsonb_typeof(lines) = 'array'),
  put_by text not null,
  put_actor text not null,
  put_at timestamptz not null,
  primary key (name, version)
);
create view review.input_now as
  select distinct on (name) name, version, moved, lines, put_by, put_actor, put_at from review.input order by name, version desc;

-- Files of the folder of inputs that were not taken when a sync last looked.
create table review.input_fault (
  file text primary key,
  fault text not null
);
