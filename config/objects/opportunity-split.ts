import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'OpportunitySplit',
  description: 'The share of one person in a deal.',
  feature: 'opportunity splits',
  owner: 'split_owner_id',
  amount: 'split_amount',
  fields: {
    opportunity_id: { from: 'OpportunityId', type: 'id', description: 'Deal' },
    split_owner_id: { from: 'SplitOwnerId', type: 'id', description: 'Who is credited, a user' },
    split_type_id: { from: 'SplitTypeId', type: 'id', description: 'Kind of split' },
    split_rate: { from: 'SplitPercentage', type: 'number', description: 'Share, 0 to 100' },
    split_amount: { from: 'SplitAmount', type: 'number', description: 'Share of the amount, in the record currency' },
    currency_iso_code: { from: 'CurrencyIsoCode', type: 'text', description: 'Currency, in multi-currency orgs' },
  },
});
