import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'CurrencyType',
  description: 'A currency of the org and its rate.',
  feature: 'several currencies',
  label: 'iso_code',
  fields: {
    iso_code: { from: 'IsoCode', type: 'text', description: 'Currency' },
    conversion_rate: {
      from: 'ConversionRate',
      type: 'number',
      description: 'Units of it for one of the corporate currency',
    },
    is_corporate: { from: 'IsCorporate', type: 'boolean', description: 'The corporate currency' },
  },
});
