-- grain: the share of one person in one Salesforce opportunity by one kind of split
-- key: connection_id, split_id
-- rows of standard.opportunity_split: connection_id, id
-- touched by standard.opportunity_split: select connection_id, id from moved where object = 'OpportunitySplit'
-- touched by standard.opportunity: select s.connection_id, s.id from moved m join standard.opportunity_split s
--   on s.connection_id = m.connection_id and s.opportunity_id = m.id where m.object = 'Opportunity'
-- connection_id: Org the deal belongs to
-- split_id: Salesforce id
-- opportunity_id: Deal in fct_opportunity
-- owner_id: Who is credited, a user
-- split_type: Kind of split by its name
-- is_total_validated: The shares of a deal are 100 % together; others, such as overlay, come on top
-- split_rate: Share, 0 to 1
-- amount: Share of the amount, in the currency beside it: the corporate one where the org says its rate at the close day
-- currency: Currency of amount; null where the org does not name any
-- amount_record: Share of the amount, in the currency of the deal
-- split_field: Field of the deal that is split
with {{rate}},
share as (
  select s.*, coalesce(s.split_amount, o.amount * s.split_rate / 100) as amount, coalesce(s.split_rate / 100, s.split_amount / nullif(o.amount, 0)) as share, o.close_on, o.currency_iso_code as deal_currency
  from standard.opportunity_split s
  join standard.opportunity o on o.connection_id = s.connection_id and o.id = s.opportunity_id and o.is_deleted is not true
  where s.is_deleted is not true
)
select
  s.connection_id, s.id as split_id, s.opportunity_id, s.split_owner_id as owner_id, t.name as split_type, t.is_total_validated,
  s.share as split_rate, case when converted.rate <> 1 then round(s.amount / converted.rate, 6) else s.amount end as amount,
  coalesce(converted.corporate, o.iso_code) as currency, s.amount as amount_record,
  t.split_field
from share s
left join standard.opportunity_split_type t on t.connection_id = s.connection_id and t.id = s.split_type_id
cross join lateral (select s.connection_id, s.close_on, s.deal_currency as iso_code) o
{{deal_rate}}
