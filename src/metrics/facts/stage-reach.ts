/** Stages that deals came to or went past, by the day they did. */
import type { Fact } from '../fact.ts';

export default {
  name: 'stage_reach',
  title: 'Stages reached',
  from: 'fct_opportunity_stage_reach',
  id: 'opportunity_id',
  object: null,
  joins: 'join unified.fct_opportunity o on o.connection_id = f.connection_id and o.opportunity_id = f.opportunity_id',
  where: 'not b.deals or o.counts_in_clean',
  columns: {
    connection_id: 'f.connection_id',
    opportunity_id: 'f.opportunity_id',
    stage_name: 'f.stage_name',
    is_last: 'f.is_last',
    owner_id: 'o.owner_id',
    entered_on: 'f.entered_on',
    next_on: 'f.next_on',
  },
  times: ['entered_on'],
  dimensions: {
    stage: { column: 'stage_name', keys: 'of all' },
    owner: { column: 'owner_id', keys: 'of the org' },
  },
  currency: null,
  blank: { is_last: false },
} satisfies Fact;
