import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Organization',
  description: 'The org itself: its time zone, fiscal year and currency.',
  label: 'name',
  fields: {
    name: { from: 'Name', type: 'text', description: 'Name' },
    fiscal_year_start_month: {
      from: 'FiscalYearStartMonth',
      type: 'number',
      description: 'Month the fiscal year starts in, 1 to 12',
    },
    is_fiscal_year_named_by_start: {
      from: 'UsesStartDateAsFiscalYearName',
      type: 'boolean',
      description: 'A fiscal year is named by the calendar year it starts in, not by the one it ends in',
    },
    time_zone: { from: 'TimeZoneSidKey', type: 'text', description: 'Time zone, e.g. Asia/Tokyo' },
    default_currency: { from: 'DefaultCurrencyIsoCode', type: 'text', description: 'Corporate currency' },
    instance_name: { from: 'InstanceName', type: 'text', description: 'Instance of Salesforce' },
    is_sandbox: { from: 'IsSandbox', type: 'boolean', description: 'A sandbox' },
  },
});
