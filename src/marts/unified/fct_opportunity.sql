-- grain: one Salesforce opportunity that is not deleted
-- key: connection_id, opportunity_id
-- index on: currency, deal_key, account_key, account_id
-- rows of standard.opportunity: connection_id, id
-- rows of standard.lead: connection_id, converted_opportunity_id
-- rows of standard.opportunity_contact_role: connection_id, opportunity_id
-- rows of quality.finding: connection_id, record_id
-- and with them: select y.connection_id, y.id from direct d join golden.crosswalk x on x.entity = 'deal'
--   and x.connection_id = d.connection_id and x.id = d.opportunity_id join golden.crosswalk y on y.entity = 'deal' and y.golden_id = x.golden_id
--   union select y.connection_id, y.opportunity_id from direct d join unified.fct_opportunity x using (connection_id, opportunity_id)
--   join unified.fct_opportunity y on y.deal_key = x.deal_key
-- touched by standard.opportunity: select connection_id, id from moved where object = 'Opportunity'
-- touched by quality.finding: select connection_id, record_id from found where object = 'Opportunity'
-- touched by standard.lead: select l.connection_id, l.converted_opportunity_id from moved m join standard.lead l using (connection_id, id)
--   where m.object = 'Lead' and l.converted_opportunity_id is not null
--   union select f.connection_id, f.converted_opportunity_id from moved m join unified.fct_lead f
--   on f.connection_id = m.connection_id and f.lead_id = m.id where m.object = 'Lead' and f.converted_opportunity_id is not null
-- touched by golden.deal: select x.connection_id, x.id from regrouped g join golden.crosswalk x on x.golden_id = g.golden_id
--   where g.entity = 'deal'
-- touched by golden.record_key, golden.crosswalk: select o.connection_id, o.id from rekeyed r join standard.opportunity o
--   on o.connection_id = r.connection_id and o.account_id = r.id where r.entity in ('company', 'person')
--   union select c.connection_id, c.opportunity_id from rekeyed r join standard.contact p
--   on p.connection_id = r.connection_id and p.account_id = r.id join standard.opportunity_contact_role c
--   on c.connection_id = p.connection_id and c.contact_id = p.id join standard.opportunity o
--   on o.connection_id = c.connection_id and o.id = c.opportunity_id
--   where r.entity in ('company', 'person') and o.account_id is null
--   union select l.connection_id, l.converted_opportunity_id from rekeyed r join standard.lead l
--   on l.connection_id = r.connection_id and l.converted_account_id = r.id
--   where r.entity in ('company', 'person') and l.converted_opportunity_id is not null
--   union select connection_id, id from rekeyed where entity = 'deal'
--   union select l.connection_id, l.converted_opportunity_id from regrouped g join golden.crosswalk x on x.golden_id = g.golden_id
--   join standard.lead l on l.connection_id = x.connection_id and l.id = x.id
--   where g.entity = 'person' and l.converted_opportunity_id is not null
--   union select l.connection_id, l.converted_opportunity_id from regrouped g join golden.crosswalk x on x.golden_id = g.golden_id
--   join standard.lead l on l.connection_id = x.connection_id and l.converted_contact_id = x.id
--   where g.entity = 'person' and l.converted_opportunity_id is not null
--   union select l.connection_id, l.converted_opportunity_id from rekeyed r
--   join golden.crosswalk x on x.entity = 'person' and x.golden_id = golden.key_of('person', r.connection_id, r.id)
--   cross join lateral (select o.connection_id, o.converted_opportunity_id from standard.lead o
--   where o.connection_id = x.connection_id and o.id = x.id
--   union all select o.connection_id, o.converted_opportunity_id from standard.lead o
--   where o.connection_id = x.connection_id and o.converted_contact_id = x.id) l
--   where r.entity = 'person' and l.converted_opportunity_id is not null
--   and not exists (select from golden.crosswalk own
--   where own.entity = 'person' and own.connection_id = r.connection_id and own.id = r.id)
--   union select l.connection_id, l.converted_opportunity_id from rekeyed r join standard.lead l
--   on l.connection_id = r.connection_id and l.id = r.id where r.entity = 'person' and l.converted_opportunity_id is not null
--   union select l.connection_id, l.converted_opportunity_id from rekeyed r join standard.lead l
--   on l.connection_id = r.connection_id and l.converted_contact_id = r.id
--   where r.entity = 'person' and l.converted_opportunity_id is not null
-- touched by standard.opportunity_contact_role: select r.connection_id, r.opportunity_id from moved m
--   join standard.opportunity_contact_role r using (connection_id, id) where m.object = 'OpportunityContactRole'
-- touched by standard.contact: select r.connection_id, r.opportunity_id from moved m join standard.opportunity_contact_role r
--   on r.connection_id = m.connection_id and r.contact_id = m.id join standard.opportunity o
--   on o.connection_id = r.connection_id and o.id = r.opportunity_id where m.object = 'Contact' and o.account_id is null
-- touched by standard.campaign_member: select l.connection_id, l.converted_opportunity_id from (
--   select s.connection_id, k.id from moved m join standard.campaign_member s on s.connection_id = m.connection_id and s.id = m.id
--   cross join lateral (values (s.lead_id), (s.contact_id)) k (id) where m.object = 'CampaignMember'
--   union select f.connection_id, k.id from moved m join unified.fct_campaign_member f
--   on f.connection_id = m.connection_id and f.campaign_member_id = m.id
--   cross join lateral (values (f.lead_id), (f.record_id)) k (id) where m.object = 'CampaignMember') i
--   cross join lateral (select i.connection_id, i.id
--   union select b.connection_id, b.id from golden.crosswalk b
--   where b.entity = 'person' and b.golden_id = golden.key_of('person', i.connection_id, i.id)) p
--   cross join lateral (select o.connection_id, o.converted_opportunity_id from standard.lead o
--   where o.connection_id = p.connection_id and o.id = p.id
--   union all select o.connection_id, o.converted_opportunity_id from standard.lead o
--   where o.connection_id = p.connection_id and o.converted_contact_id = p.id) l
--   where l.converted_opportunity_id is not null
--   union select o.connection_id, o.opportunity_id
--   from (select distinct connection_id from moved where object = 'CampaignMember') m join unified.fct_opportunity o using (connection_id)
--   where o.is_marketing_sourced is null
--   or (not exists (select from standard.campaign c where c.connection_id = o.connection_id and c.is_deleted is not true)
--   and not exists (select from standard.campaign_member c where c.connection_id = o.connection_id and c.is_deleted is not true))
-- touched by standard.campaign: select o.connection_id, o.opportunity_id
--   from (select distinct connection_id from moved where object = 'Campaign') m join unified.fct_opportunity o using (connection_id)
--   where o.is_marketing_sourced is null
--   or not exists (select from standard.campaign c where c.connection_id = o.connection_id and c.is_deleted is not true)
-- connection_id: Org the deal belongs to
-- opportunity_id: Salesforce id
-- account_id: Salesforce account
-- account_key: Company in dim_account
-- deal_key: Deal in dim_deal; copies of one deal share it
-- owner_id: Owner, a user
-- campaign_id: Primary campaign
-- name: Name of the deal
-- stage_name: Stage
-- amount: Amount in the currency beside it: the corporate one where the org says its rate at the close day
-- probability_rate: Chance of winning, 0 to 1
-- forecast_category: Forecast category
-- type: New or existing business
-- lead_source: Where the deal came from
-- is_closed: Closed, won or lost
-- is_won: Won
-- created_on: Day it was created, in the time zone of the org
-- close_on: Day it closed or is expected to
-- cycle_days: Days from creation to close of a won deal; null when the dates contradict each other
-- duplicate_of: Copy of the same deal that counts instead: won, else open, else lost; of these one with an amount, the oldest
-- is_stale: An open staleness finding points at it
-- stale_reason: Rules that found it stale
-- counts_in_clean: Counted on the clean basis; false for duplicates only, stale deals stay in
-- is_marketing_sourced_raw: Has a primary campaign, or the very lead it came from answered one by the day the deal was created; null where the org has no campaigns
-- is_marketing_sourced: The same, counting every record of the person it came from
-- amount_record: Amount in the currency of the record
-- currency: Currency of amount; null where the org does not name any
-- amount_counted: What the clean basis counts: the surviving amount of its deal, in the same currency
-- record_type: Record type by its name
-- territory_id: Sales territory in dim_territory
-- contract_id: Contract in fct_contract
-- linked_account_key: Of a deal without an account the company in dim_account of its main contact, else of the lead it came from
with recursive {{key}},
{{zone}},
live as (
  select r.*, x.golden_id as account_key, d.golden_id as deal_key,
    (r.created_at at time zone coalesce(zone.name, 'utc'))::date as created_on,
    case when g.golden_id is null then r.amount else g.amount end as counted_amount,
    case when g.golden_id is null then r.currency_iso_code else g.currency end as counted_iso
  from standard.opportunity r
  left join zone on zone.connection_id = r.connection_id
  left join key x on x.entity = 'account' and x.connection_id = r.connection_id and x.id = r.account_id
  left join golden.crosswalk d on d.entity = 'deal' and d.connection_id = r.connection_id and d.id = r.id
  left join golden.deal g on g.golden_id = d.golden_id
  where r.is_deleted is not true
),
-- A won deal outranks its copies, then an open one, then one with an amount, then the oldest. In a window of copies the
-- first is the one that counts.
ranked as (
  select connection_id, id, first_value(id) over copies as counted_id, first_value(connection_id) over copies as counted_connection_id
  from live
  where deal_key is not null
  window copies as (partition by deal_key
    order by coalesce(is_won, false) desc, coalesce(is_closed, false), amount is null, created_at, connection_id, id)
),
copy as (
  select connection_id, id, counted_id as duplicate_of
  from ranked
  -- Orgs of which one is a copy of the other have the same ids.
  where (id, connection_id) <> (counted_id, counted_connection_id)
),
stale as (
  select connection_id, record_id, string_agg(distinct rule_id, ', ' order by rule_id) as reason
  from quality.finding
  where object = 'Opportunity' and is_stale and closed_at is null and not is_waived
  group by connection_id, record_id
),
-- Not grouped: the planner takes a group of an unnested id for two rows, and walks all keys for each of thousands.
answer as (
  select m.connection_id, m.lead_id, m.contact_id,
    coalesce(m.first_responded_on, (m.created_at at time zone coalesce(zone.name, 'utc'))::date) as responded_on
  from standard.campaign_member m
  left join zone on zone.connection_id = m.connection_id
  where m.is_deleted is not true and m.has_responded
    /* part: and m.connection_id = any (array(select connection_id from concerned)) and m.id = any (array(select id from concerned)) */
),
member as (
  select connection_id, lead_id as id, responded_on from answer where lead_id is not null
  union all
  select connection_id, contact_id, responded_on from answer where contact_id is not null
),
-- Every record of a person with a record that answered; a record outside the crosswalk speaks for itself only.
reached as (
  select connection_id, id, true as is_own, responded_on from member
  union all
  select b.connection_id, b.id, false, m.responded_on
  from member m
  left join key a on a.entity = 'person' and a.connection_id = m.connection_id and a.id = m.id
  join golden.crosswalk b on b.entity = 'person' and b.golden_id = a.golden_id
),
-- Joined by both columns: of values beside each lead the planner joins by the org first, all leads with all answers.
source as materialized (
  select l.connection_id, l.converted_opportunity_id, l.id, true as is_lead
  from standard.lead l where l.converted_opportunity_id is not null and l.is_deleted is not true
  union all
  select l.connection_id, l.converted_opportunity_id, l.converted_contact_id, false
  from standard.lead l where l.converted_opportunity_id is not null and l.is_deleted is not true and l.converted_contact_id is not null
),
/* part: peer as materialized (
  select connection_id, id from source
  union
  select b.connection_id, b.id
  from source s
  join golden.crosswalk a on a.entity = 'person' and a.connection_id = s.connection_id and a.id = s.id
  join golden.crosswalk b on b.entity = 'person' and b.golden_id = a.golden_id
),
merged as (
  select connection_id, id from peer
  union
  select a.connection_id collate "default", a.loser_id collate "default"
  from merged w join mirror.alias a on a.connection_id = w.connection_id and a.winner_id = w.id
),
concerned as materialized (
  select m.connection_id, m.id from merged p join standard.campaign_member m on m.connection_id = p.connection_id and m.lead_id = p.id
  union all
  select m.connection_id, m.id from merged p join standard.campaign_member m on m.connection_id = p.connection_id and m.contact_id = p.id
), */
origin as (
  select l.connection_id, l.converted_opportunity_id as id, bool_or(t.is_own and l.is_lead) as is_own
  from source l
  join reached t on t.connection_id = l.connection_id and t.id = l.id
  left join zone on zone.connection_id = l.connection_id
  join standard.opportunity o on o.connection_id = l.connection_id and o.id = l.converted_opportunity_id
    and t.responded_on <= (o.created_at at time zone coalesce(zone.name, 'utc'))::date
  group by l.connection_id, l.converted_opportunity_id
),
-- Orgs with campaigns: of others nobody knows what marketing brought.
marketed as (
  select o.connection_id from (select distinct connection_id from live) o
  where exists (select from standard.campaign c where c.connection_id = o.connection_id and c.is_deleted is not true)
    or exists (select from standard.campaign_member m where m.connection_id = o.connection_id and m.is_deleted is not true)
),
-- Where deals without an account belong: by the main contact, else another, else the lead.
home as (
  select distinct on (h.connection_id, h.id) h.connection_id, h.id, x.golden_id as account_key
  from (
    select r.connection_id, r.opportunity_id as id, c.account_id, case when r.is_primary then 0 else 1 end as place, r.id as source
    from standard.opportunity_contact_role r
    join standard.contact c on c.connection_id = r.connection_id and c.id = r.contact_id and c.is_deleted is not true
    where r.is_deleted is not true
    union all
    select l.connection_id, l.converted_opportunity_id, l.converted_account_id, 2, l.id
    from standard.lead l
    where l.converted_opportunity_id is not null and l.is_deleted is not true
  ) h
  join standard.opportunity o on o.connection_id = h.connection_id and o.id = h.id and o.account_id is null
  left join key x on x.entity = 'account' and x.connection_id = h.connection_id and x.id = h.account_id
  where x.golden_id is not null
  order by h.connection_id, h.id, h.place, h.source
),
-- Units of a currency for one of the corporate currency.
{{rate}},
priced as (
  select connection_id, id, close_on, currency_iso_code as iso_code from live
  union all
  select connection_id, id, close_on, counted_iso from live where counted_iso is distinct from currency_iso_code
),
converted as (
  select o.connection_id, o.id, o.iso_code, converted.corporate, converted.rate
  from priced o
  {{deal_rate}}
  where converted.rate is not null
)
select
  o.connection_id, o.id as opportunity_id, o.account_id, o.account_key, o.deal_key, o.owner_id, o.campaign_id, o.name, o.stage_name,
  case when converted.rate <> 1 then round(o.amount / converted.rate, 6) else o.amount end as amount, o.probability / 100 as probability_rate, o.forecast_category, o.type, o.lead_source, o.is_closed, o.is_won,
  o.created_on, o.close_on,
  case when o.is_won and o.close_on >= o.created_on then o.close_on - o.created_on end as cycle_days,
  copy.duplicate_of, stale.record_id is not null as is_stale, stale.reason as stale_reason,
  copy.duplicate_of is null as counts_in_clean,
  case when o.campaign_id is not null or marketed.connection_id is not null then o.campaign_id is not null or coalesce(origin.is_own, false) end as is_marketing_sourced_raw,
  case when o.campaign_id is not null or marketed.connection_id is not null then o.campaign_id is not null or origin.id is not null end as is_marketing_sourced,
  o.amount as amount_record, coalesce(converted.corporate, o.currency_iso_code) as currency,
  case
    -- Of another currency, and nobody says its rate.
    when coalesce(counted.corporate, o.counted_iso) is distinct from coalesce(converted.corporate, o.currency_iso_code)
      then case when converted.rate <> 1 then round(o.amount / converted.rate, 6) else o.amount end
    when counted.rate <> 1 then round(o.counted_amount / counted.rate, 6)
    else o.counted_amount
  end as amount_counted,
  t.name as record_type, o.territory_id, o.contract_id, home.account_key as linked_account_key
from live o
left join standard.record_type t on t.connection_id = o.connection_id and t.id = o.record_type_id
left join converted on converted.connection_id = o.connection_id and converted.id = o.id
  and converted.iso_code = o.currency_iso_code
left join converted counted on counted.connection_id = o.connection_id and counted.id = o.id
  and counted.iso_code = o.counted_iso
left join copy on copy.connection_id = o.connection_id and copy.id = o.id
left join stale on stale.connection_id = o.connection_id and stale.record_id = o.id
left join origin on origin.connection_id = o.connection_id and origin.id = o.id
left join home on home.connection_id = o.connection_id and home.id = o.id
left join marketed on marketed.connection_id = o.connection_id
