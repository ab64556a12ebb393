-- grain: one object of one org: the records that are held beside those that Salesforce counts
-- connection_id: Org
-- object: Salesforce object
-- run_id: Sync after which it was compared
-- held_count: Live records that Assay holds
-- salesforce_count: Live records that Salesforce counts for the user of Assay; null: it was not asked, or refused
-- org_count: About how many there are in the org, whoever may see them; null: Salesforce does not say
-- forgotten_count: Records that Assay leaves out because people asked to be forgotten
-- complete: yes: all are held; no: a pull stopped halfway, or Salesforce counts otherwise; unknown: it was not asked, or refused
-- because: Why complete is not yes
-- compared_at: Up to which changes in Salesforce both count
with published as (
  select distinct on (r.connection_id) r.connection_id, p.run_id
  from unified.publication p join control.run r on r.id = p.run_id order by r.connection_id, p.generation desc
)
select c.connection_id, c.object, c.run_id, c.held_count, c.salesforce_count, c.org_count, c.forgotten_count,
  s.said[1] as complete, s.said[2] as because, c.compared_at
from history.record_count c
left join published p on p.connection_id = c.connection_id
left join mirror.watermark w on w.connection_id = c.connection_id and w.object = c.object
left join lateral (select count(*) as differing from history.reconciliation d
  where d.connection_id = c.connection_id and d.run_id = c.run_id and d.object = c.object and not d.is_equal) g on true
cross join lateral (select case
  -- A run after the published one is under way: what it landed is not published.
  when exists (select from mirror.checkpoint k where k.connection_id = c.connection_id and k.object = c.object and k.run_id < p.run_id)
    then array['no', 'a pull of ' || c.object || ' stopped halfway']
  when w.run_id > c.run_id and w.run_id <= p.run_id then array['unknown', 'Salesforce was not asked after ' || c.object || ' was read last']
  when c.held_count <> c.salesforce_count then array['no', 'Assay holds ' || c.held_count || ' ' || c.object || ' records, Salesforce counts '
    || c.salesforce_count || case when c.forgotten_count > 0 then ' (' || c.forgotten_count || ' are forgotten on request)' else '' end]
  when c.unknown_because is not null then array['unknown', c.object || ': ' || c.unknown_because]
  when g.differing > 0 then array['no', g.differing || ' groups of ' || c.object || ' records differ from Salesforce, see unified.reconciliation']
  else array['yes', null]
  end as said) s
