-- grain: the part of one contact in one Salesforce opportunity
-- key: connection_id, contact_role_id
-- index on: opportunity_id, person_key, contact_id
-- rows of standard.opportunity_contact_role: connection_id, id
-- touched by standard.opportunity_contact_role: select connection_id, id from moved where object = 'OpportunityContactRole'
-- touched by standard.opportunity: select c.connection_id, c.id from moved m join standard.opportunity_contact_role c
--   on c.connection_id = m.connection_id and c.opportunity_id = m.id where m.object = 'Opportunity'
-- touched by golden.record_key: select c.connection_id, c.id from rekeyed r join standard.opportunity_contact_role c
--   on c.connection_id = r.connection_id and c.contact_id = r.id where r.entity = 'person'
-- connection_id: Org the deal belongs to
-- contact_role_id: Salesforce id
-- opportunity_id: Deal in fct_opportunity
-- contact_id: Salesforce contact
-- person_key: Person in dim_person, through any merge of the contact
-- role: Part, e.g. Decision Maker
-- is_primary: The main contact of the deal
with {{key}}
select c.connection_id, c.id as contact_role_id, c.opportunity_id, c.contact_id, p.golden_id as person_key, c.role, c.is_primary
from standard.opportunity_contact_role c
join standard.opportunity o on o.connection_id = c.connection_id and o.id = c.opportunity_id and o.is_deleted is not true
left join key p on p.entity = 'person' and p.connection_id = c.connection_id and p.id = c.contact_id
where c.is_deleted is not true
