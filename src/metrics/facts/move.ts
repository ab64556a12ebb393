/** Moves of close dates of open deals, by the day they were moved. */
import type { Fact } from '../fact.ts';

export default {
  name: 'move',
  title: 'Moves of close dates',
  from: 'fct_opportunity_move',
  id: 'opportunity_id',
  object: null,
  where: 'not b.deals or f.counts_in_clean',
  columns: {
    connection_id: 'f.connection_id',
    opportunity_id: 'f.opportunity_id',
    owner_id: 'f.owner_id',
    is_push: 'f.is_push',
    days: 'f.to_on - f.from_on',
    moved_on: 'f.moved_on',
  },
  times: ['moved_on'],
  dimensions: { owner: { column: 'owner_id', keys: 'of the org' } },
  currency: null,
  blank: { counts_in_clean: true, is_push: true },
} satisfies Fact;
