import { defineRule } from '../../src/model/rule.ts';

/** The first history row of each stay: changes of amount or date leave rows too. */
const entries = (history: string, deal: string) => `(
  select h.* from (
    select h.opportunity_id, h.id, h.created_at, h.stage_name,
      h.stage_name is distinct from lag(h.stage_name) over (${deal} order by h.created_at, h.id) as is_entry
    from ${history} and h.is_deleted is not true
  ) h where h.is_entry
)`;

// Won deals tell how long a stage may take: the 95th percentile where at least 20 passed it, else 14 days.
const won = `standard.opportunity_history h
  join standard.opportunity o on o.connection_id = h.connection_id and o.id = h.opportunity_id and o.is_won
  where h.connection_id = :connection`;
const dayLimitByStage = `select jsonb_object_agg(p.stage_name, p.day_count) from (
  select s.stage_name, percentile_cont(0.95) within group (order by s.day_count) as day_count
  from (
    select h.stage_name, extract(epoch from lead(h.created_at) over deal - h.created_at) / 86400 as day_count
    from ${entries(won, 'partition by h.opportunity_id')} h
    window deal as (partition by h.opportunity_id order by h.created_at, h.id)
  ) s
  where s.day_count is not null and s.stage_name is not null
  group by s.stage_name having count(*) >= 20
) p`;

/** When the deal came into the stage it is in, where Salesforce keeps no day of the last change. */
const own = `standard.opportunity_history h where h.connection_id = r.connection_id and h.opportunity_id = r.id`;
const enteredAt = `(
  select case when e.stage_name = r.stage_name then e.created_at end
  from ${entries(own, '')} e order by e.created_at desc, e.id desc limit 1
)`;

export default defineRule({
  object: 'Opportunity',
  field: 'stage_name',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  version: 3,
  asks: { opportunity_history: 'opportunity_id' },
  facts: { day_limits: dayLimitByStage },
  title: 'Open opportunity stuck in its stage',
  applies: `r.is_closed is not true and r.stage_name is not null`,
  violated: `extract(epoch from :now - coalesce(r.last_stage_change_at, ${enteredAt}, r.created_at)) / 86400
    > coalesce((:day_limits ->> r.stage_name)::double precision, 14)`,
  advice: 'Change the stage or close the opportunity; won deals do not stay in this stage so long.',
  examples: {
    violated: [{ is_closed: false, stage_name: 'Proposal', last_stage_change_at: '2026-05-10T00:00:00Z' }],
    kept: [
      { is_closed: false, stage_name: 'Proposal', last_stage_change_at: '2026-05-25T00:00:00Z' },
      { is_closed: true, stage_name: 'Closed Won', last_stage_change_at: '2025-05-10T00:00:00Z' },
    ],
  },
});
