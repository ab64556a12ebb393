-- grain: one assignment of a Salesforce account to a sales territory
-- key: connection_id, assignment_id
-- rows of standard.object_territory2_association: connection_id, id
-- touched by standard.object_territory2_association: select connection_id, id from moved where object = 'ObjectTerritory2Association'
-- touched by golden.record_key: select a.connection_id, a.id from rekeyed r join standard.object_territory2_association a
--   on a.connection_id = r.connection_id and a.object_id = r.id where r.entity in ('company', 'person')
-- connection_id: Org both belong to
-- assignment_id: Salesforce id
-- territory_id: Territory in dim_territory
-- account_id: Salesforce account
-- account_key: Company in dim_account, through any merge of the account
-- cause: By a rule or by hand
with {{key}}
select a.connection_id, a.id as assignment_id, a.territory_id, a.object_id as account_id, x.golden_id as account_key, a.cause
from standard.object_territory2_association a
left join key x on x.entity = 'account' and x.connection_id = a.connection_id and x.id = a.object_id
where a.is_deleted is not true
