-- grain: one golden company, from all its accounts and leads
-- key: account_key
-- rows of golden.company: golden_id
-- rows of golden.crosswalk: golden_id
-- touched by golden.company, golden.crosswalk, standard.account: select golden_id from regrouped where entity = 'company'
-- account_key: Durable key of the company; merges and renames keep it
-- name: Surviving name
-- website: Surviving website
-- phone: Surviving phone
-- street: Street
-- city: City
-- state: State or province
-- postal_code: Postal code
-- country: Country
-- industry: Industry
-- employee_count: Employees
-- account_id: Salesforce id of its oldest account; null when only leads speak of it
-- owner_id: Owner of that account
-- record_count: Salesforce records of it
select
  g.golden_id as account_key, g.name, g.website, g.phone, g.street, g.city, g.state, g.postal_code, g.country,
  g.industry, g.employee_count, a.id as account_id, a.owner_id, g.record_count
from golden.company g
left join (
  select distinct on (x.golden_id) x.golden_id, r.id, r.owner_id
  from golden.crosswalk x
  join standard.account r on r.connection_id = x.connection_id and r.id = x.id
  where x.entity = 'company' and x.object = 'Account'
  order by x.golden_id, r.created_at, r.id, r.connection_id
) a on a.golden_id = g.golden_id
