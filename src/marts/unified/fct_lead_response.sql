-- grain: one lead, and the first thing anybody did for it; the first lead of an inquiry stands for the inquiry
-- key: connection_id, lead_id
-- rows of unified.fct_lead: connection_id, lead_id
-- and with them: select f.connection_id, f.lead_id from direct d join unified.fct_lead o
--   on o.connection_id = d.connection_id and o.lead_id = d.lead_id join unified.fct_lead f on f.person_key = o.person_key
-- touched by unified.fct_lead: select connection_id, lead_id from touched
-- touched by unified.fct_activity: select l.connection_id, l.lead_id
--   from touched t join unified.fct_activity a using (connection_id, activity_id) cross join lateral (
--   select f.connection_id, f.lead_id from unified.fct_lead f where f.person_key = a.person_key
--   union all select f.connection_id, f.lead_id from unified.fct_lead f where f.connection_id = a.connection_id and f.lead_id = a.record_id
--   union all select f.connection_id, f.lead_id from unified.fct_lead f
--   where f.connection_id = a.connection_id and f.converted_contact_id = a.record_id) l where a.is_outbound
-- touched by standard.lead: select connection_id, id from moved where object = 'Lead'
-- touched by standard.contact: select l.connection_id, l.lead_id from moved m cross join lateral (
--   select f.connection_id, f.lead_id from unified.fct_lead f where f.connection_id = m.connection_id and f.converted_contact_id = m.id
--   union all select f.connection_id, f.lead_id from unified.record_xref x join unified.fct_lead f on f.person_key = x.golden_key
--   where x.entity = 'person' and x.connection_id = m.connection_id and x.salesforce_id = m.id) l where m.object = 'Contact'
-- touched by golden.crosswalk, golden.record_key: select f.connection_id, f.lead_id from rekeyed r join standard.contact c
--   on c.connection_id = r.connection_id and c.id = r.id and coalesce(c.first_called_at, c.first_emailed_at) is not null
--   cross join lateral (select golden.key_of('person', r.connection_id, r.id)
--   union select x.golden_key from unified.record_xref x
--   where x.entity = 'person' and x.connection_id = r.connection_id and x.salesforce_id = r.id) k (person_key)
--   join unified.fct_lead f on f.person_key = k.person_key where r.entity = 'person'
-- connection_id: Org the lead belongs to
-- lead_id: Lead in fct_lead
-- owner_id: Owner, a user or queue
-- lead_source: Where the lead came from
-- created_on: Day it was created, in the time zone of the org
-- counts_in_clean: First lead of an inquiry: its person had not asked in the 30 days before, or is unknown
-- answered_at_raw: First call, e-mail or event from us for this very record, or the contact it became; also as the lead or contact itself notes it
-- answered_on_raw: That day; of a task without a time the day it was due
-- response_hours_raw: From its creation to the answer; null where only the day is known
-- working_hours_raw: The same, of the hours people work (input working_hours, in the time zone of the org); null where nobody gave them
-- answered_at: The same for any record of the person, before the person asked anew
-- answered_on: See answered_on_raw
-- response_hours: See response_hours_raw
-- working_hours: See working_hours_raw
with {{key}},
{{zone}},
/* part: about as materialized (
  select a.connection_id, a.activity_id from (select distinct person_key from unified.fct_lead) l
  join unified.fct_activity a on a.person_key = l.person_key
  union
  select a.connection_id, a.activity_id from unified.fct_lead l
  join unified.fct_activity a on a.connection_id = l.connection_id and a.record_id = l.lead_id
  union
  select a.connection_id, a.activity_id from unified.fct_lead l
  join unified.fct_activity a on a.connection_id = l.connection_id and a.record_id = l.converted_contact_id
),
contact as materialized (
  select connection_id, converted_contact_id as id from unified.fct_lead where converted_contact_id is not null
  union
  select x.connection_id, x.id from (select distinct person_key from unified.fct_lead) l
  join golden.crosswalk x on x.entity = 'person' and x.golden_id = l.person_key
), */
act as materialized (
  -- A meeting is an answer when it begins.
  select connection_id, record_id, person_key, coalesce(started_at, done_at) as done_at,
    case when started_at is not null then coalesce(activity_on, done_on) else done_on end as done_on
  from unified.fct_activity
  where is_outbound and done_on is not null and (is_closed or kind = 'event')
    /* part: and connection_id = any (array(select connection_id from about)) and activity_id = any (array(select activity_id from about)) */
  union all
  -- Salesforce itself notes the first ones on the record, also where nobody keeps tasks.
  select n.connection_id, n.id, n.person_key, noted.at, (noted.at at time zone coalesce(zone.name, 'utc'))::date
  from (
    select l.connection_id, l.lead_id as id, l.person_key, s.first_called_at, s.first_emailed_at
    from unified.fct_lead l join standard.lead s on s.connection_id = l.connection_id and s.id = l.lead_id
    union all
    select c.connection_id, c.id, x.golden_id, c.first_called_at, c.first_emailed_at
    from standard.contact c
    left join key x on x.entity = 'person' and x.connection_id = c.connection_id and x.id = c.id
    where c.is_deleted is not true and coalesce(c.first_called_at, c.first_emailed_at) is not null
      /* part: and c.connection_id = any (array(select connection_id from contact)) and c.id = any (array(select id from contact)) */
  ) n
  cross join lateral (values (n.first_called_at), (n.first_emailed_at)) noted (at)
  left join zone on zone.connection_id = n.connection_id
  where noted.at is not null
),
-- Joined by both columns: of values beside each lead the planner joins by the org first, all leads with all that was done.
record as materialized (
  select connection_id, lead_id, created_at, created_on, lead_id as id from unified.fct_lead
  union all
  select connection_id, lead_id, created_at, created_on, converted_contact_id from unified.fct_lead where converted_contact_id is not null
),
own as (
  select r.connection_id, r.lead_id, min(a.done_at) as answered_at, min(a.done_on) as answered_on
  from record r
  join act a on a.connection_id = r.connection_id and a.record_id = r.id and coalesce(a.done_at >= r.created_at, a.done_on >= r.created_on)
  group by r.connection_id, r.lead_id
),
-- Who asks again within 30 days asks once, and waits since the first time; who asks a year later asks anew.
asked as (
  select *, lead(created_at) over person as next_at, lead(created_on) over person as next_on
  from (
    select connection_id, lead_id, person_key, created_at, created_on,
      created_at - lag(created_at) over (partition by person_key order by created_at, connection_id, lead_id) > interval '30 days' as is_anew
    from unified.fct_lead
    where person_key is not null
  ) l
  where is_anew is not false
  window person as (partition by person_key order by created_at, connection_id, lead_id)
),
person as (
  select l.connection_id, l.lead_id, min(a.done_at) as answered_at, min(a.done_on) as answered_on
  from asked l
  join act a on a.person_key = l.person_key and coalesce(a.done_at >= l.created_at, a.done_on >= l.created_on)
    and coalesce(a.done_at < l.next_at, a.done_on < l.next_on, true)
  group by l.connection_id, l.lead_id
),
-- Seconds of a week in which people work, counted from Monday; lines that overlap count once.
open as materialized (
  select extract(epoch from lower(span))::numeric as from_s, extract(epoch from upper(span))::numeric as until_s
  from (
    select range_agg(tsrange(begin + (l.line ->> 'from')::interval, begin + (l.line ->> 'until')::interval)) as spans
    from review.input_now i
    cross join lateral jsonb_array_elements(i.lines) l (line)
    join unnest(array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) with ordinality d (day, place)
      on d.day = l.line ->> 'day'
    cross join lateral (select timestamp 'epoch' + (d.place - 1) * interval '1 day' as begin) b
    where i.name = 'working_hours'
  ) w
  cross join lateral unnest(w.spans) span
)
select l.connection_id, l.lead_id, l.owner_id, l.lead_source, l.created_on, l.person_key is null or q.lead_id is not null as counts_in_clean,
  o.answered_at as answered_at_raw, o.answered_on as answered_on_raw,
  (extract(epoch from o.answered_at - l.created_at) / 3600)::numeric as response_hours_raw,
  w.raw as working_hours_raw,
  -- What was done for the record itself was done for its person.
  least(p.answered_at, own.answered_at) as answered_at, least(p.answered_on, own.answered_on) as answered_on,
  (extract(epoch from least(p.answered_at, own.answered_at) - l.created_at) / 3600)::numeric as response_hours,
  w.of_person as working_hours
from unified.fct_lead l
left join asked q on q.connection_id = l.connection_id and q.lead_id = l.lead_id
left join own o on o.connection_id = l.connection_id and o.lead_id = l.lead_id
left join person p on p.connection_id = l.connection_id and p.lead_id = l.lead_id
left join lateral (
  select o.answered_at, o.answered_on where coalesce(o.answered_at < q.next_at, o.answered_on < q.next_on, true)
) own on true
left join zone on zone.connection_id = l.connection_id
-- What was worked since a Monday until the answer, less what was worked until the lead came.
cross join lateral (
  select (sum(t.worked) filter (where a.what = 'raw') - sum(t.worked) filter (where a.what = 'lead')) / 3600 as raw,
    (sum(t.worked) filter (where a.what = 'person') - sum(t.worked) filter (where a.what = 'lead')) / 3600 as of_person
  from (values ('lead', l.created_at), ('raw', o.answered_at), ('person', least(p.answered_at, own.answered_at))) a (what, at)
  cross join lateral (select extract(epoch from a.at at time zone coalesce(zone.name, 'utc') - timestamp '2001-01-01') as since) s
  cross join lateral (select floor(s.since / 604800) as weeks) k
  cross join open
  cross join lateral (
    select k.weeks * (until_s - from_s) + least(greatest(s.since - k.weeks * 604800 - from_s, 0), until_s - from_s) as worked
  ) t
) w
