-- grain: one campaign
-- key: connection_id, campaign_id
-- rows of standard.campaign: connection_id, id
-- touched by standard.campaign: select connection_id, id from moved where object = 'Campaign'
-- connection_id: Org the campaign belongs to
-- campaign_id: Salesforce id
-- name: Name
-- type: Channel
-- status: Status
-- start_on: First day
-- end_on: Last day
-- actual_cost: Money spent
-- budgeted_cost: Money planned
-- owner_id: Owner, a user
select connection_id, id as campaign_id, name, type, status, start_on, end_on, actual_cost, budgeted_cost, owner_id
from standard.campaign
where is_deleted is not true
