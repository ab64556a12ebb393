import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'ForecastingQuota',
  description: 'What one owner should sell in one period.',
  fields: {
    quota_owner_id: { from: 'QuotaOwnerId', type: 'id', description: 'User who carries the quota' },
    quota_amount: { from: 'QuotaAmount', type: 'number', description: 'Amount to sell' },
    currency_iso_code: { from: 'CurrencyIsoCode', type: 'text', description: 'Currency, in multi-currency orgs' },
    start_on: { from: 'StartDate', type: 'date', description: 'First day of the period' },
    forecasting_type_id: { from: 'ForecastingTypeId', type: 'id', description: 'Forecast type' },
  },
});
