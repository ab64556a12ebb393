-- grain: one move of the close date of an open deal to another day
-- connection_id: Org the deal belongs to
-- opportunity_id: Deal in fct_opportunity
-- moved_at: When it was moved
-- moved_on: That day, in the time zone of the org
-- owner_id: Owner at that time, a user
-- from_on: Day it was to close before
-- to_on: Day it is to close since
-- is_push: To a later calendar month
-- amount: Amount at that time, in the currency beside it
-- amount_clean: What the clean basis counts
-- currency: Currency of amount
-- counts_in_clean: Counted on the clean basis, as duplicates were known then
with {{zone}},
changed as (
  select *, lag(close_on) over deal as from_on, lag(is_closed) over deal as was_closed
  from history.opportunity_version
  window deal as (partition by connection_id, opportunity_id order by valid_from)
)
select c.connection_id, c.opportunity_id, c.valid_from as moved_at, (c.valid_from at time zone coalesce(zone.name, 'utc'))::date as moved_on,
  c.owner_id, c.from_on, c.close_on as to_on, date_trunc('month', c.close_on) > date_trunc('month', c.from_on) as is_push, c.amount,
  c.amount_clean, c.currency, c.counts_in_clean
from changed c
left join zone on zone.connection_id = c.connection_id
where c.from_on <> c.close_on and not c.was_closed and not c.is_closed and not c.is_deleted
