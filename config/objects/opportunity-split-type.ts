import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'OpportunitySplitType',
  description: 'A kind of split of deals between people.',
  feature: 'opportunity splits',
  label: 'name',
  fields: {
    name: { from: 'MasterLabel', type: 'text', description: 'Name' },
    is_total_validated: {
      from: 'IsTotalValidated',
      type: 'boolean',
      description: 'The shares of a deal are 100 % together',
    },
    split_field: { from: 'SplitField', type: 'text', description: 'Field of the deal that is split' },
    is_active: { from: 'IsActive', type: 'boolean', description: 'In use' },
  },
});
