-- grain: one golden person, from all their contacts and leads
-- key: person_key
-- rows of golden.person: golden_id
-- touched by golden.person: select golden_id from regrouped where entity = 'person'
-- touched by golden.record_key: select p.golden_id from rekeyed r join golden.person p on p.company_id = r.id where r.entity = 'company'
-- person_key: Durable key of the person
-- account_key: Company they belong to
-- first_name: Surviving given name
-- last_name: Surviving family name
-- email: Surviving e-mail
-- emails: All e-mails, the newest first
-- phone: Surviving phone
-- phones: All phones, the newest first
-- title: Job title
-- city: City
-- state: State or province
-- country: Country
-- has_opted_out: Any record says: no e-mail
-- record_count: Salesforce records of the person
with {{key}}
select
  g.golden_id as person_key, x.golden_id as account_key, g.first_name, g.last_name, g.email, g.emails, g.phone,
  g.phones, g.title, g.city, g.state, g.country, g.has_opted_out, g.record_count
from golden.person g
left join key x on x.entity = 'company' and x.connection_id = g.company_connection_id and x.id = g.company_id
