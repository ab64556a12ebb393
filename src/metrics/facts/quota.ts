/** Quotas by the day they begin. */
import type { Fact } from '../fact.ts';

export default {
  name: 'quota',
  title: 'Quotas',
  from: 'fct_quota',
  id: 'quota_id',
  object: 'ForecastingQuota',
  columns: {
    connection_id: 'f.connection_id',
    quota_id: 'f.quota_id',
    owner_id: 'f.owner_id',
    start_on: 'f.start_on',
    end_on: 'f.end_on',
    quota_amount: 'f.quota_amount',
    forecast_type: `coalesce(f.forecasting_type_id, 'none')`,
    has_begun: 'f.has_begun',
    is_top: 'f.is_top',
    currency: `coalesce(f.currency, 'none')`,
  },
  where: 'f.quota_amount is not null and f.owner_id is not null',
  times: ['start_on'],
  dimensions: {
    owner: { column: 'owner_id', keys: 'of the org' },
    forecast_type: { column: 'forecast_type', keys: 'of all' },
  },
  currency: 'currency',
  amount: 'quota_amount',
  blank: { is_top: true },
} satisfies Fact;
