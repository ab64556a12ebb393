/** All that was spent to win customers, by its month: what people gave, as campaigns say a part of it only. */
import type { Fact } from '../fact.ts';

export default {
  name: 'spend',
  title: 'Spend',
  from: 'fct_spend',
  id: 'spend_id',
  object: null,
  where: `f.source = 'input'`,
  columns: {
    connection_id: `'*'`,
    spend_id: 'f.spend_id',
    month: 'f.month',
    channel: 'f.channel',
    kind: 'f.kind',
    amount: 'f.amount',
    currency: `coalesce(f.currency, 'none')`,
  },
  times: ['month'],
  dimensions: { channel: { column: 'channel', keys: 'of all' } },
  currency: 'currency',
  amount: 'amount',
  blank: { kind: 'programme', source: 'input', currency: 'USD' },
} satisfies Fact;
