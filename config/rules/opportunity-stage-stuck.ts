import { defineRule } from '../../src/model/rule.ts';

/** The first history row of each stay: changes of amount or date leave rows too. */
const entries = (deals: string) => `(
  select h.* from (
    select h.connection_id, h.opportunity_id, h.id, h.created_at, h.stage_name, o.stage_name as stage_now,
      h.stage_name is distinct from lag(h.stage_name) over (partition by h.connection_id, h.opportunity_id
        order by h.created_at, h.id) as is_entry
    from standard.opportunity_history h
    join standard.opportunity o on o.connection_id = h.connection_id and o.id = h.opportunity_id and ${deals}
    where h.is_deleted is not true
  ) h where h.is_entry
)`;

// Won deals tell how long a stage may take: the 95th percentile where at least 20 passed it, else 14 days.
// An uncorrelated subquery, so that PostgreSQL works it out once and not per record.
const dayLimitByStage = `(
  select jsonb_object_agg(p.stage_name, p.day_count) from (
    select s.stage_name, percentile_cont(0.95) within group (order by s.day_count) as day_count
    from (
      select h.stage_name, extract(epoch from lead(h.created_at) over deal - h.created_at) / 86400 as day_count
      from ${entries('o.is_won')} h
      window deal as (partition by h.connection_id, h.opportunity_id order by h.created_at, h.id)
    ) s
    where s.day_count is not null and s.stage_name is not null
    group by s.stage_name having count(*) >= 20
  ) p
)`;

/** When open deals came into the stage they are in, by org and deal, where Salesforce keeps no day of the last change. */
const enteredAt = `(
  select jsonb_object_agg(e.connection_id || ' ' || e.opportunity_id, e.created_at) from (
    select distinct on (h.connection_id, h.opportunity_id) h.*
    from ${entries('o.is_closed is not true and o.last_stage_change_at is null')} h
    order by h.connection_id, h.opportunity_id, h.created_at desc, h.id desc
  ) e where e.stage_name = e.stage_now
)`;

export default defineRule({
  object: 'Opportunity',
  field: 'stage_name',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  version: 2,
  title: 'Open opportunity stuck in its stage',
  applies: `r.is_closed is not true and r.stage_name is not null`,
  violated: `extract(epoch from :now - coalesce(r.last_stage_change_at,
    (${enteredAt} ->> (r.connection_id || ' ' || r.id))::timestamptz, r.created_at)) / 86400
    > coalesce((${dayLimitByStage} ->> r.stage_name)::double precision, 14)`,
  advice: 'Change the stage or close the opportunity; won deals do not stay in this stage so long.',
  examples: {
    violated: [{ is_closed: false, stage_name: 'Proposal', last_stage_change_at: '2026-05-10T00:00:00Z' }],
    kept: [
      { is_closed: false, stage_name: 'Proposal', last_stage_change_at: '2026-05-25T00:00:00Z' },
      { is_closed: true, stage_name: 'Closed Won', last_stage_change_at: '2025-05-10T00:00:00Z' },
    ],
  },
});
