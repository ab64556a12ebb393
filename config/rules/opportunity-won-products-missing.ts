import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  dimension: 'completeness',
  severity: 'warn',
  version: 2,
  title: 'Won opportunity without products',
  asks: { opportunity_line_item: 'opportunity_id' },
  // Where no deal of the org has products, none says nothing about one deal.
  facts: {
    are_sold: `select to_jsonb(exists (select from standard.opportunity_line_item l
      where l.connection_id = :connection and l.is_deleted is not true))`,
  },
  applies: `r.is_won and (:are_sold)::boolean`,
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
