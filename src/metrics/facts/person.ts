/** People as they stand now: on raw each of their records, on clean each of them. */
import type { Fact } from '../fact.ts';

export default {
  name: 'person',
  title: 'People',
  from: 'dim_person',
  id: 'person_key',
  object: null,
  columns: {
    connection_id: `'*'`,
    person_key: 'f.person_key',
    people: 'case when b.people then 1 else f.record_count end',
    record_count: 'f.record_count',
  },
  times: [],
  dimensions: {},
  currency: null,
  blank: { record_count: 1 },
} satisfies Fact;
