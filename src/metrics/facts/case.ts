/** Cases by the day they were created. */
import type { Fact } from '../fact.ts';

export default {
  name: 'case',
  title: 'Cases',
  from: 'fct_case',
  id: 'case_id',
  object: 'Case',
  columns: {
    connection_id: 'f.connection_id',
    case_id: 'f.case_id',
    owner_id: 'f.owner_id',
    account: `case when f.account_id is null then case when b.links then f.linked_account_key end
      when b.accounts then f.account_key else f.account_id end`,
    satisfaction: 'f.satisfaction',
    priority: 'f.priority',
    origin: 'f.origin',
    is_closed: 'f.is_closed',
    created_on: 'f.created_on',
  },
  times: ['created_on'],
  dimensions: {
    owner: { column: 'owner_id', keys: 'of the org' },
    account: {
      column: 'account',
      keys: {
        connection: `case when b.accounts or b.links and f.account_id is null then '*' else f.connection_id end`,
      },
      isAllOnly: true,
    },
    priority: { column: 'priority', keys: 'of all' },
    origin: { column: 'origin', keys: 'of all' },
  },
  currency: null,
} satisfies Fact;
