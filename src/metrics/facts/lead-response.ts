/** Leads with the first answer to them, by the day they were created; on clean what a person asks within 30 days is one inquiry. */
import { asOf } from '../calendar.ts';
import type { Fact } from '../fact.ts';

export default {
  name: 'lead_response',
  title: 'Answers to leads',
  from: 'fct_lead_response',
  id: 'lead_id',
  object: 'Lead',
  where: 'not b.people or f.counts_in_clean',
  columns: {
    connection_id: 'f.connection_id',
    lead_id: 'f.lead_id',
    owner_id: 'f.owner_id',
    lead_source: 'f.lead_source',
    created_on: 'f.created_on',
    // An event may lie ahead.
    is_answered: `coalesce(case when b.people then f.answered_on else f.answered_on_raw end <= ${asOf}, false)`,
    hours: 'case when b.people then f.response_hours else f.response_hours_raw end',
    working_hours: 'case when b.people then f.working_hours else f.working_hours_raw end',
  },
  times: ['created_on'],
  dimensions: {
    owner: { column: 'owner_id', keys: 'of the org' },
    lead_source: { column: 'lead_source', keys: 'of all' },
  },
  currency: null,
  blank: { counts_in_clean: true },
} satisfies Fact;
