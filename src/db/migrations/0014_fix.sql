-- The fix ledger: repairs that are proposed, what each promises, and what it brought. It is history: the promise of a repair
-- that was made cannot be worked out again.
create table history.fix (
  fix_id text primary key default 'fix_' || gen_random_uuid(),
  -- deal_copies, person_copies, account_copies, stale_deal, missing_value
  kind text not null,
  connection_id text not null,
  -- golden id of a group, else a record and its rule
  subject text not null,
  object text not null,
  record_ids text[] not null,
  rule_ids text[] not null default '{}',
  owner_id text,
  currency text,
  -- withdrawn: the fault is gone without a repair (another rule, a waiver, other groups)
  state text not null default 'open' check (state in ('open', 'done', 'undone', 'withdrawn')),
  opened_run_id text not null,
  opened_at timestamptz not null,
  -- when it was done or withdrawn
  ended_run_id text,
  ended_at timestamptz,
  undone_at timestamptz,
  -- by metric: alone on raw, and on top of all others on clean
  predicted jsonb not null default '{}',
  -- money of bookings and open pipeline by the repair alone; null: not priced
  predicted_amount double precision,
  -- why not priced, or why only money is
  not_priced text,
  -- by metric: what the records added to raw while the fault was there, to put back
  held jsonb not null default '{}',
  realised jsonb,
  realised_amount double precision
);
create unique index fix_one_open on history.fix (kind, connection_id, subject) where state = 'open';
create index fix_done on history.fix (kind, connection_id, subject) where state = 'done';
create index fix_records on history.fix using gin (record_ids);

-- What open repairs promise, by the findings they would close.
create view history.promise as
select x.connection_id, record_id, rule_id, max(abs(x.predicted_amount)) as amount
from history.fix x, unnest(x.record_ids) record_id, unnest(x.rule_ids) rule_id
where x.state = 'open' and x.predicted_amount is not null
group by 1, 2, 3;
