/** Leads by the day they were created; on clean the first inquiry stands for its person. */
import type { Fact } from '../fact.ts';

export default {
  name: 'lead',
  title: 'Leads',
  from: 'fct_lead',
  id: 'lead_id',
  object: 'Lead',
  joins: `left join (select distinct month from unified.fct_spend where source = 'input') spent on spent.month = date_trunc('month', f.created_on)::date`,
  where: 'not b.people or f.counts_in_clean',
  columns: {
    connection_id: 'f.connection_id',
    lead_id: 'f.lead_id',
    owner_id: 'f.owner_id',
    lead_source: 'f.lead_source',
    channel: 'f.lead_source',
    status: 'f.status',
    is_converted: 'case when b.people then f.is_person_converted else f.is_converted end',
    // Campaigns say what they cost, or that there were none; people say it of the months they gave.
    is_spend_known: `(spent.month is not null or not exists (select from unified.fct_spend where source = 'input'))`,
    created_on: 'f.created_on',
    converted_on: 'f.converted_on',
  },
  times: ['created_on'],
  dimensions: {
    owner: { column: 'owner_id', keys: 'of the org' },
    lead_source: { column: 'lead_source', keys: 'of all' },
    channel: { column: 'channel', keys: 'of all' },
  },
  currency: null,
  blank: { counts_in_clean: true, is_converted: false, is_person_converted: false },
} satisfies Fact;
