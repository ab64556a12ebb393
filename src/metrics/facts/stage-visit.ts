/** Stays of deals in a stage, by the day they began. */
import type { Fact } from '../fact.ts';

export default {
  name: 'stage_visit',
  title: 'Stays in a stage',
  from: 'fct_opportunity_stage_visit',
  id: 'opportunity_id',
  object: null,
  joins: 'join unified.fct_opportunity o on o.connection_id = f.connection_id and o.opportunity_id = f.opportunity_id',
  where: 'not b.deals or o.counts_in_clean',
  columns: {
    connection_id: 'f.connection_id',
    opportunity_id: 'f.opportunity_id',
    stage_name: 'f.stage_name',
    owner_id: 'o.owner_id',
    entered_on: 'f.entered_on',
    days: `coalesce(f.stage_days, current_setting('assay.as_of')::date - f.entered_on)`,
  },
  times: ['entered_on'],
  dimensions: {
    stage: { column: 'stage_name', keys: 'of all' },
    owner: { column: 'owner_id', keys: 'of the org' },
  },
  currency: null,
} satisfies Fact;
