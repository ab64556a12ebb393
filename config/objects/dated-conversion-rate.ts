import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'DatedConversionRate',
  description: 'The rate of a currency in a span of days.',
  feature: 'advanced currency management',
  fields: {
    iso_code: { from: 'IsoCode', type: 'text', description: 'Currency' },
    conversion_rate: {
      from: 'ConversionRate',
      type: 'number',
      description: 'Units of it for one of the corporate currency',
    },
    start_on: { from: 'StartDate', type: 'date', description: 'First day' },
    next_start_on: { from: 'NextStartDate', type: 'date', description: 'Day after the last' },
  },
});
