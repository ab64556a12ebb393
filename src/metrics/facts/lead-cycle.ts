/** Leads on their way to a won deal, by the day they were created; on clean the first inquiry stands for its person. */
import type { Fact } from '../fact.ts';

const step = (name: string) => `case when b.people then f.${name} else f.${name}_raw end`;

export default {
  name: 'lead_cycle',
  title: 'Ways of leads',
  from: 'fct_lead_cycle',
  id: 'lead_id',
  object: 'Lead',
  where: 'not b.people or f.counts_in_clean',
  columns: {
    connection_id: 'f.connection_id',
    lead_id: 'f.lead_id',
    owner_id: 'f.owner_id',
    lead_source: 'f.lead_source',
    created_on: 'f.created_on',
    mql_on: step('mql_on'),
    sql_on: step('sql_on'),
    opportunity_on: step('opportunity_on'),
    won_on: step('won_on'),
    is_mql_known: 'f.is_mql_known',
    is_sql_known: 'f.is_sql_known',
  },
  times: ['created_on'],
  dimensions: {
    owner: { column: 'owner_id', keys: 'of the org' },
    lead_source: { column: 'lead_source', keys: 'of all' },
  },
  currency: null,
  blank: { counts_in_clean: true, is_mql_known: true, is_sql_known: true },
} satisfies Fact;
