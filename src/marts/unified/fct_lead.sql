-- grain: one Salesforce lead that is not deleted; the inquiries of one person share a person_key
-- key: connection_id, lead_id
-- connection_id: Org the lead belongs to
-- lead_id: Salesforce id
-- person_key: Person in dim_person
-- account_key: Company in dim_account
-- owner_id: Owner, a user or queue
-- lead_source: Where the lead came from
-- status: Status
-- is_converted: Converted into a contact
-- created_on: Day it was created, UTC
-- converted_on: Day of conversion
-- converted_opportunity_id: Deal it became
-- inquiry_number: Counts the leads of the person by creation
-- counts_in_clean: First inquiry of its person, or its person is unknown
select
  l.connection_id, l.id as lead_id, p.golden_id as person_key, c.golden_id as account_key, l.owner_id, l.lead_source,
  l.status, l.is_converted, (l.created_at at time zone 'utc')::date as created_on, l.converted_on,
  l.converted_opportunity_id, n.number as inquiry_number, n.number = 1 as counts_in_clean
from standard.lead l
left join lateral (
  -- A converted lead is no evidence any more: its contact speaks for it.
  select x.golden_id from golden.record_key x
  where x.entity = 'person' and x.connection_id = l.connection_id and x.id in (l.id, l.converted_contact_id)
  order by x.id = l.id desc limit 1
) p on true
left join lateral (
  select x.golden_id from golden.record_key x
  where x.entity = 'company' and x.connection_id = l.connection_id and x.id in (l.id, l.converted_account_id)
  order by x.id = l.id desc limit 1
) c on true
join (
  select l2.connection_id, l2.id, row_number() over (
    partition by l2.connection_id, coalesce(k.golden_id, l2.id) order by l2.created_at, l2.id) as number
  from standard.lead l2
  left join lateral (
    select x.golden_id from golden.record_key x
    where x.entity = 'person' and x.connection_id = l2.connection_id and x.id in (l2.id, l2.converted_contact_id)
    order by x.id = l2.id desc limit 1
  ) k on true
  where l2.is_deleted is not true
) n on n.connection_id = l.connection_id and n.id = l.id
