import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'OpportunityStage',
  description: 'A stage that deals go through, as the org set it up.',
  label: 'name',
  fields: {
    name: {
      from: ['ApiName', 'MasterLabel'],
      type: 'text',
      description: 'Name of the stage, as deals have it: a stage that is renamed keeps it',
    },
    is_active: { from: 'IsActive', type: 'boolean', description: 'In use' },
    sort_order: { from: 'SortOrder', type: 'number', description: 'Place in the order of stages' },
    is_closed: { from: 'IsClosed', type: 'boolean', description: 'Deals in it are closed, won or lost' },
    is_won: { from: 'IsWon', type: 'boolean', description: 'Deals in it are won' },
    forecast_category: { from: 'ForecastCategory', type: 'text', description: 'Forecast category of deals in it' },
    default_probability: { from: 'DefaultProbability', type: 'number', description: 'Chance of winning, 0 to 100' },
  },
});
