-- grain: one org of Salesforce that Assay reads
-- connection_id: Org as other tables name it
-- name: Name that people gave it
-- org_id: Salesforce id
-- org_name: Name in Salesforce
-- is_sandbox: It is a sandbox
-- record_url: Where its records are: with the id of a record behind it, the page of the record
select id as connection_id, name, org_id, org_name, is_sandbox, instance_url || '/' as record_url
from control.connection
