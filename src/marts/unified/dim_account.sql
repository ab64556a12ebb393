-- grain: one golden company, from all its accounts and leads, or one golden person with a person account
-- key: account_key
-- rows of golden.company: golden_id
-- rows of golden.person: golden_id
-- rows of golden.crosswalk: golden_id
-- touched by golden.company, golden.person, golden.crosswalk, standard.account: select golden_id from regrouped where entity in ('company', 'person')
-- touched by standard.record_type: select x.golden_id from moved m join standard.account r on r.connection_id = m.connection_id and r.record_type_id = m.id
--   join golden.crosswalk x on x.connection_id = r.connection_id and x.id = r.id and x.entity in ('company', 'person') where m.object = 'RecordType'
-- account_key: Durable key of the company, or of the person in dim_person; merges and renames keep it
-- kind: business, household, bucket (such as Individual: people without a company are filed there) or person
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
with account as (
  -- The oldest account of each.
  select distinct on (x.golden_id) x.golden_id, r.id, r.owner_id, r.name, r.system_type, t.developer_name as record_type
  from golden.crosswalk x
  join standard.account r on r.connection_id = x.connection_id and r.id = x.id
  left join standard.record_type t on t.connection_id = r.connection_id and t.id = r.record_type_id
  where x.entity in ('company', 'person') and x.object = 'Account'
  order by x.golden_id, r.created_at, r.id, r.connection_id
)
select
  g.golden_id as account_key,
  case
    when concat_ws(' ', a.system_type, a.record_type) ~* 'household|(^| )hh_' then 'household'
    when a.system_type ~* 'bucket' then 'bucket'
    else golden.kind_of_name(coalesce(a.name, g.name))
  end as kind,
  g.name, g.website, g.phone, g.street, g.city, g.state, g.postal_code, g.country,
  g.industry, g.employee_count, a.id as account_id, a.owner_id, g.record_count
from golden.company g
left join account a on a.golden_id = g.golden_id
union all
select
  g.golden_id, 'person', nullif(concat_ws(' ', g.first_name, g.last_name), ''), null, g.phone, g.street, g.city, g.state,
  g.postal_code, g.country, null, null, a.id, a.owner_id, g.record_count
from golden.person g
join account a on a.golden_id = g.golden_id
