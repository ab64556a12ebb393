-- grain: one golden deal, from all its opportunities
-- key: deal_key
-- rows of golden.deal: golden_id
-- touched by golden.deal: select golden_id from regrouped where entity = 'deal'
-- touched by golden.record_key: select d.golden_id from rekeyed r join golden.deal d on d.company_id = r.id where r.entity in ('company', 'person')
-- deal_key: Durable key of the deal
-- account_key: Company in dim_account
-- name: Surviving name
-- amount: Surviving amount in the record currency
-- close_on: Surviving close day
-- stage: Surviving stage
-- record_count: Salesforce opportunities of it
with {{key}}
select
  g.golden_id as deal_key, x.golden_id as account_key, g.name, g.amount, g.close_on, g.stage, g.record_count
from golden.deal g
left join key x on x.entity = 'account' and x.connection_id = g.company_connection_id and x.id = g.company_id
