-- history: what was published of deals, kept for ever; everything else follows from what Salesforce holds now, this does not.
create schema history;
comment on schema history is 'What deals were, day by day. A backup belongs to it: Salesforce cannot be asked again.';

create table history.opportunity_version (
  connection_id text not null,
  opportunity_id text not null,
  -- after the publication before it: what was published then stays what is rebuilt for then
  valid_from timestamptz not null,
  -- null: still so
  valid_to timestamptz,
  -- in Salesforce
  created_at timestamptz,
  name text,
  account_id text,
  owner_id text,
  stage_name text,
  forecast_category text,
  close_on date,
  amount numeric,
  amount_clean numeric,
  amount_record numeric,
  currency text,
  is_closed boolean not null,
  is_won boolean not null,
  is_deleted boolean not null,
  counts_in_clean boolean not null,
  -- how we know: sync, or the histories that Salesforce keeps
  source text not null check (source in ('sync', 'history')),
  primary key (connection_id, opportunity_id, valid_from),
  check (valid_to > valid_from)
);
create unique index opportunity_version_open on history.opportunity_version (connection_id, opportunity_id) where valid_to is null;

-- The open pipeline of one instant, step by step to that of another: opening, and what is added to or taken from it, come to closing to
-- the cent, by currency. `raw` has all deals, `clean` those that counted. With days, the pipeline is of deals that were to close in them.
--   new: created since; reopened: closed before; restored: deleted, left out of the forecast, a copy, or not known before
--   increased, decreased: another amount; pulled_in, pushed_out: to close within the days now, or not any more
--   won, lost: closed, won by the amount it was won with; dropped: deleted, left out of the forecast, or found to be a copy
create function unified.pipeline_walk(
  from_at timestamptz, to_at timestamptz, basis text default 'clean', first_on date default null, last_on date default null
) returns table (
  term text, connection_id text, opportunity_id text, name text, account_id text, owner_id text, stage_name text, close_on date,
  currency text, amount numeric
) language plpgsql stable parallel safe as $$
begin
  -- The view is made by the first publication.
  return query
  with version as (
    select v.*, case basis when 'raw' then v.amount else v.amount_clean end as counted,
      not v.is_deleted and (basis = 'raw' or v.counts_in_clean) as is_one,
      (first_on is null or v.close_on >= first_on) and (last_on is null or v.close_on <= last_on) as is_within
    from unified.fct_opportunity_version v
  ),
  a as (select *, is_one and is_open and is_within as is_in from version where valid_from <= from_at and (valid_to is null or valid_to > from_at)),
  b as (select *, is_one and is_open and is_within as is_in from version where valid_from <= to_at and (valid_to is null or valid_to > to_at)),
  pair as (
    select a, b, coalesce(a.is_in, false) as was_in, coalesce(b.is_in, false) as is_in,
      coalesce(a.counted, 0) as before, coalesce(b.counted, 0) as after,
      coalesce(a.connection_id, b.connection_id) as org, coalesce(a.opportunity_id, b.opportunity_id) as id,
      a.opportunity_id is not null as was_known, coalesce(b.created_at > from_at, false) as is_new,
      coalesce(b.is_one and b.is_closed, false) as is_over, coalesce(a.is_one and a.is_open, false) as was_open,
      coalesce(a.is_one and a.is_closed, false) as was_over,
      a.opportunity_id is not null and b.opportunity_id is not null and a.currency is distinct from b.currency as is_other_currency
    from a
    full join b on b.connection_id = a.connection_id and b.opportunity_id = a.opportunity_id
  ),
  step as (
    select p.*, t.step, t.delta
    from pair p
    cross join lateral (
      select 'opening' as step, p.before as delta where p.was_in
      union all
      select 'closing', p.after where p.is_in
      union all
      select 'dropped', -p.before where p.was_in and p.is_other_currency
      union all
      select 'restored', p.after where p.is_in and p.is_other_currency
      union all
      select s.step, s.delta
      from (
        -- What comes in.
        select case
            when p.was_in then null
            when not p.is_in and not (p.is_over and (p.b).is_within) then null
            when p.was_open then 'pulled_in'
            when p.was_over and (p.is_in or (p.b).is_won and not (p.a).is_won) then 'reopened'
            when not p.was_known and p.is_new then 'new'
            when p.is_in then 'restored'
          end as entry
      ) e
      cross join lateral (
        select e.entry, case when e.entry = 'pulled_in' then p.before else p.after end
        where e.entry is not null
        union all
        -- What changes while it is in, and what goes out by the amount it has then.
        select case when x.change > 0 then 'increased' else 'decreased' end, x.change
        from (
          select case when (p.was_in or e.entry = 'pulled_in') and (p.is_in or p.is_over and (p.b).is_won and (p.b).counted is not null)
            then p.after - p.before else 0 end as change
        ) x
        where x.change <> 0
        union all
        select o.exit, -case
            when e.entry in ('new', 'reopened') then p.after
            when o.exit = 'won' and (p.b).counted is not null then p.after
            else p.before
          end
        from (
          select case
            when p.is_in or not (p.was_in or e.entry is not null) then null
            when p.is_over and (p.b).is_won then 'won'
            when p.is_over then 'lost'
            when (p.b).is_one and (p.b).is_open then 'pushed_out'
            else 'dropped'
          end as exit
        ) o
        where o.exit is not null
      ) s (step, delta)
      where not p.is_other_currency
    ) t
  )
  select
    s.step, s.org, s.id, coalesce((s.b).name, (s.a).name), coalesce((s.b).account_id, (s.a).account_id),
    coalesce((s.b).owner_id, (s.a).owner_id), coalesce((s.b).stage_name, (s.a).stage_name), coalesce((s.b).close_on, (s.a).close_on),
    case when s.step in ('opening', 'dropped') and s.is_other_currency then (s.a).currency else coalesce((s.b).currency, (s.a).currency) end,
    s.delta
  from step s;
end $$;

-- What Salesforce itself counts and sums up, beside what was published; of earlier syncs only the differences.
create table history.reconciliation (
  run_id text not null,
  connection_id text not null,
  object text not null,
  -- stage, owner or month of the close day
  dimension text not null,
  -- stage, user id, first day of the month; with the currency where there are several; none for no value
  key text not null,
  salesforce_count bigint not null,
  raw_count bigint not null,
  -- in the default currency of the org, as Salesforce sums
  salesforce_amount numeric,
  raw_amount numeric,
  is_equal boolean not null,
  -- up to which changes in Salesforce both count
  compared_at timestamptz not null,
  primary key (run_id, connection_id, object, dimension, key)
);
create index reconciliation_org on history.reconciliation (connection_id, run_id);
