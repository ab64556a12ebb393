-- grain: one Salesforce record as evidence of one entity
-- key: entity, connection_id, salesforce_id
-- index on: golden_key
-- rows of golden.crosswalk: entity, connection_id, id
-- touched by golden.crosswalk: select entity, connection_id, id from rekeyed
-- entity: person, company or deal
-- connection_id: Org the record belongs to
-- salesforce_id: Salesforce id
-- object: Salesforce object
-- golden_key: Key in dim_person, dim_account or dim_deal
-- since_run_id: Run that put the record there
select entity, connection_id, id as salesforce_id, object, golden_id as golden_key, since_run_id
from golden.crosswalk
