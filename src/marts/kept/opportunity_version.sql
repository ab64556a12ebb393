-- The versions that deals have got since the last publication, oldest first: as the histories of Salesforce have them, and at last as they
-- are published now. None begins before the last publication of its org, nor before the version it follows, also where a clock went
-- back: what was published then is rebuilt for then.
with {{rate}},
open as materialized (
  select * from history.opportunity_version where valid_to is null
    /* part: and (connection_id, opportunity_id) in (select connection_id, opportunity_id from touched) */
),
state as (
  select connection_id, opportunity_id, name, account_id, owner_id, stage_name, forecast_category, close_on, amount,
    amount_counted as amount_clean, amount_record, currency, coalesce(is_closed, false) as is_closed, coalesce(is_won, false) as is_won,
    false as is_deleted, counts_in_clean
  from unified.fct_opportunity
  /* part: where (connection_id, opportunity_id) in (select connection_id, opportunity_id from touched) */
  union all
  select connection_id, opportunity_id, name, account_id, owner_id, stage_name, forecast_category, close_on, amount,
    amount_clean, amount_record, currency, is_closed, is_won, true, counts_in_clean
  from open v
  where not exists (
    select from unified.fct_opportunity f where f.connection_id = v.connection_id and f.opportunity_id = v.opportunity_id
  )
),
last as materialized (
  select v.connection_id, (select max(published_at) from unified.publication) as at
  from (select distinct connection_id from state) v
  where exists (select from history.opportunity_version k where k.connection_id = v.connection_id)
),
-- What is to be kept: deals that are another than their open version, or have none.
differing as materialized (
  select s.*, v.valid_from as since, r.modified_at,
    row(s.name, s.account_id, s.owner_id, s.stage_name, s.forecast_category, s.close_on, s.amount_record, s.is_closed, s.is_won,
      s.is_deleted) is not distinct from row(v.name, v.account_id, v.owner_id, v.stage_name, v.forecast_category, v.close_on,
      v.amount_record, v.is_closed, v.is_won, v.is_deleted) as is_same_record
  from state s
  left join open v on v.connection_id = s.connection_id and v.opportunity_id = s.opportunity_id
  left join standard.opportunity r on r.connection_id = s.connection_id and r.id = s.opportunity_id
  where row(s.name, s.account_id, s.owner_id, s.stage_name, s.forecast_category, s.close_on, s.amount, s.amount_clean,
      s.amount_record, s.currency, s.is_closed, s.is_won, s.is_deleted, s.counts_in_clean)
    is distinct from row(v.name, v.account_id, v.owner_id, v.stage_name, v.forecast_category, v.close_on, v.amount, v.amount_clean,
      v.amount_record, v.currency, v.is_closed, v.is_won, v.is_deleted, v.counts_in_clean)
),
-- Whether a stage of the past was closed: as the org says, else as deals in it are.
stage as materialized (
  select distinct on (connection_id, stage_name) connection_id, stage_name, is_closed, is_won
  from (
    select connection_id, name as stage_name, is_closed, is_won, 0 as place
    from standard.opportunity_stage where is_deleted is not true and is_closed is not null
    union all
    select distinct connection_id, stage_name, is_closed, is_won, 1
    from unified.fct_opportunity where exists (select from differing where not is_same_record)
  ) s
  order by connection_id, stage_name, place, is_won desc nulls last, is_closed desc nulls last
),
event as (
  -- The open version, which what follows goes on from.
  select d.connection_id, d.opportunity_id, d.since as at, '' as id, true as is_base, 1 as is_state, 1 as is_owner, v.stage_name,
    v.forecast_category, v.close_on, v.amount_record, v.owner_id, null::text as old_owner_id
  from differing d
  join open v on v.connection_id = d.connection_id and v.opportunity_id = d.opportunity_id
  union all
  select d.connection_id, d.opportunity_id, h.created_at, h.id, false, 1, 0, h.stage_name, h.forecast_category, h.close_on, h.amount, null, null
  from differing d
  join standard.opportunity_history h on h.connection_id = d.connection_id and h.opportunity_id = d.opportunity_id
  where h.is_deleted is not true and not d.is_same_record and h.created_at > coalesce(d.since, '-infinity')
    and h.created_at <= least(d.modified_at, current_setting('assay.now')::timestamptz)
  union all
  select d.connection_id, d.opportunity_id, h.created_at, h.id, false, 0, 1, null, null, null, null, h.new_value, h.old_value
  from differing d
  join standard.opportunity_field_history h on h.connection_id = d.connection_id and h.opportunity_id = d.opportunity_id
  -- Salesforce writes two rows, of names and of ids.
  where h.is_deleted is not true and not d.is_same_record and h.field = 'Owner' and h.new_value ~ '^005[A-Za-z0-9]{12}([A-Z0-5]{3})?$'
    and h.created_at > coalesce(d.since, '-infinity')
    and h.created_at <= least(d.modified_at, current_setting('assay.now')::timestamptz)
),
-- Each history has some fields: the others are as they were before.
placed as (
  select *, sum(is_state) over past as state_number, sum(is_owner) over past as owner_number,
    first_value(old_owner_id) over (partition by connection_id, opportunity_id order by is_owner desc, at, id) as first_owner_id
  from event
  window past as (partition by connection_id, opportunity_id order by at, id rows unbounded preceding)
),
filled as (
  select connection_id, opportunity_id, at, id, is_base, state_number,
    first_value(stage_name) over state as stage_name, first_value(forecast_category) over state as forecast_category,
    first_value(close_on) over state as close_on, first_value(amount_record) over state as amount_record,
    case when owner_number = 0 then first_owner_id else first_value(owner_id) over owner end as owner_id
  from placed
  window state as (partition by connection_id, opportunity_id, state_number order by at, id),
    owner as (partition by connection_id, opportunity_id, owner_number order by at, id)
),
known as (
  select d.connection_id, d.opportunity_id, e.at, e.id, e.is_base, 'history' as source,
    d.name, d.account_id, coalesce(e.owner_id, d.owner_id) as owner_id, e.stage_name, e.forecast_category, e.close_on, e.amount_record,
    d.currency, coalesce(s.is_closed, e.forecast_category = 'Closed', false) as is_closed,
    coalesce(s.is_won, e.forecast_category = 'Closed', false) as is_won, false as is_deleted, d.counts_in_clean,
    case when row(e.amount_record, e.close_on) is not distinct from row(d.amount_record, d.close_on) then d.amount
      when d.currency is distinct from coalesce(r.currency_iso_code, d.currency) then round(e.amount_record / converted.rate, 6)
      else e.amount_record end as amount,
    d.amount_record as last_amount_record, d.amount_clean as last_amount_clean
  from filled e
  join differing d on d.connection_id = e.connection_id and d.opportunity_id = e.opportunity_id
  left join standard.opportunity r on r.connection_id = d.connection_id and r.id = d.opportunity_id
  left join stage s on s.connection_id = e.connection_id and s.stage_name = e.stage_name
  cross join lateral (select d.connection_id, e.close_on, r.currency_iso_code as iso_code) o
  {{deal_rate}}
  where e.state_number > 0 and not e.is_base
),
ended as (
  select connection_id, opportunity_id, max(at) as at from event group by connection_id, opportunity_id
),
version as (
  select v.connection_id, v.opportunity_id, v.valid_from as at, '' as id, true as is_base, v.source, v.name, v.account_id, v.owner_id,
    v.stage_name, v.forecast_category, v.close_on, v.amount, v.amount_clean, v.amount_record, v.currency, v.is_closed, v.is_won,
    v.is_deleted, v.counts_in_clean
  from differing d
  join open v on v.connection_id = d.connection_id and v.opportunity_id = d.opportunity_id
  union all
  select k.connection_id, k.opportunity_id, k.at, k.id, false, k.source, coalesce(v.name, k.name),
    case when v.opportunity_id is null then k.account_id else v.account_id end, k.owner_id,
    k.stage_name, k.forecast_category, k.close_on, k.amount,
    case when k.amount_record is not distinct from k.last_amount_record then k.last_amount_clean else k.amount end, k.amount_record,
    k.currency, k.is_closed, k.is_won, false, coalesce(v.counts_in_clean, k.counts_in_clean)
  from known k
  left join open v on v.connection_id = k.connection_id and v.opportunity_id = k.opportunity_id
  union all
  select d.connection_id, d.opportunity_id,
    least(current_setting('assay.now')::timestamptz, greatest(e.at,
      case when d.is_same_record then current_setting('assay.now')::timestamptz
        else coalesce(d.modified_at, current_setting('assay.now')::timestamptz) end)),
    'zzz', false, 'sync', d.name, d.account_id, d.owner_id, d.stage_name, d.forecast_category, d.close_on, d.amount, d.amount_clean,
    d.amount_record, d.currency, d.is_closed, d.is_won, d.is_deleted, d.counts_in_clean
  from differing d
  left join ended e on e.connection_id = d.connection_id and e.opportunity_id = d.opportunity_id
),
begun as (
  select v.*, case when v.is_base then v.at else greatest(v.at, greatest(l.at, o.valid_from) + interval '1 microsecond') end as valid_from
  from version v
  left join last l on l.connection_id = v.connection_id
  left join open o on o.connection_id = v.connection_id and o.opportunity_id = v.opportunity_id
),
-- Of one instant the last.
settled as (
  select distinct on (connection_id, opportunity_id, valid_from) *
  from begun
  order by connection_id, opportunity_id, valid_from, at desc, id desc
),
compared as (
  select *,
    is_base or lag(opportunity_id) over deal is not null and row(name, account_id, owner_id, stage_name, forecast_category, close_on,
      amount, amount_clean, amount_record, currency, is_closed, is_won, is_deleted, counts_in_clean)
    is not distinct from row(lag(name) over deal, lag(account_id) over deal, lag(owner_id) over deal, lag(stage_name) over deal,
      lag(forecast_category) over deal, lag(close_on) over deal, lag(amount) over deal, lag(amount_clean) over deal,
      lag(amount_record) over deal, lag(currency) over deal, lag(is_closed) over deal, lag(is_won) over deal,
      lag(is_deleted) over deal, lag(counts_in_clean) over deal) as is_known
  from settled
  window deal as (partition by connection_id, opportunity_id order by valid_from)
)
select
  connection_id, opportunity_id, valid_from,
  lead(valid_from) over (partition by connection_id, opportunity_id order by valid_from) as valid_to,
  name, account_id, owner_id, stage_name, forecast_category, close_on, amount, amount_clean, amount_record, currency, is_closed, is_won,
  is_deleted, counts_in_clean, source,
  (select r.created_at from standard.opportunity r where r.connection_id = compared.connection_id and r.id = compared.opportunity_id) as created_at
from compared
where not is_known
