-- What came after rules marked records, worked out by the worker after a run: asking the history takes some seconds.
create table quality.rule_evidence (
  connection_id text primary key references control.connection,
  settings text not null,
  asked_at timestamptz not null,
  answer jsonb not null);
comment on table quality.rule_evidence is 'Every rule held against what came after it in the history of an org, as it was last asked';
comment on column quality.rule_evidence.settings is 'The rules in force then, by a digest: with others it is asked anew';
