-- Of each object the records that are held beside those that Salesforce counts, as of the run that read it last.
create table history.record_count (
  connection_id text not null references control.connection,
  object text not null,
  run_id text not null,
  held_count bigint not null,
  -- null: it was not asked, or refused
  salesforce_count bigint,
  -- about how many there are in the whole org, whoever may see them; null: it does not say
  org_count bigint,
  -- of those that Salesforce counts about so many are left out on purpose: people asked to be forgotten
  forgotten_count bigint not null,
  -- why it cannot be said whether all records are held
  unknown_because text,
  -- up to which changes in Salesforce both count
  compared_at timestamptz not null,
  primary key (connection_id, object)
);
