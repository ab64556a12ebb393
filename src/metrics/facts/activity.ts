/** Tasks and events by the day they were done. */
import { asOf } from '../calendar.ts';
import { acrossOrgs, type Fact } from '../fact.ts';

export default {
  name: 'activity',
  title: 'Activities',
  from: 'fct_activity',
  id: 'activity_id',
  object: null,
  columns: {
    connection_id: 'f.connection_id',
    activity_id: 'f.activity_id',
    owner_id: 'f.owner_id',
    rep: acrossOrgs('f.owner_id'),
    kind: 'f.kind',
    done_on: 'f.done_on',
    is_done: `(f.is_closed or f.kind = 'event') and f.done_on <= ${asOf} and f.subtype is distinct from 'ListEmail'`,
  },
  times: ['done_on'],
  dimensions: {
    owner: { column: 'owner_id', keys: 'of the org' },
    kind: { column: 'kind', keys: 'of all' },
  },
  currency: null,
} satisfies Fact;
