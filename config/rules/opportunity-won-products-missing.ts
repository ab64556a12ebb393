import { defineRule } from '../../src/model/rule.ts';

// Where no deal of the org has products, none says nothing about one deal.
export default defineRule({
  object: 'Opportunity',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Won opportunity without products',
  applies: `r.is_won and r.connection_id in (select l.connection_id from standard.opportunity_line_item l where l.is_deleted is not true)`,
  violated: `not exists (select from standard.opportunity_line_item l where l.connection_id = r.connection_id and l.opportunity_id = r.id and l.is_deleted is not true)`,
  advice: 'Add the products that were sold; revenue by product misses this deal.',
  examples: {
    violated: [{ is_won: true, connection_id: 'sells products', id: 'o2' }],
    kept: [
      { is_won: true, connection_id: 'sells products', id: 'o1' },
      { is_won: true, connection_id: 'sells none', id: 'o2' },
      { is_won: false, connection_id: 'sells products', id: 'o2' },
    ],
  },
});
