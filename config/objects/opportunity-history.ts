import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'OpportunityHistory',
  description: 'One change of stage, amount, probability or close date of a deal.',
  fields: {
    opportunity_id: { from: 'OpportunityId', type: 'id', description: 'Deal' },
    stage_name: { from: 'StageName', type: 'text', description: 'Stage after the change' },
    amount: { from: 'Amount', type: 'number', description: 'Amount after the change' },
    probability: { from: 'Probability', type: 'number', description: 'Probability after the change' },
    forecast_category: { from: 'ForecastCategory', type: 'text', description: 'Forecast category after the change' },
    close_on: { from: 'CloseDate', type: 'date', description: 'Close date after the change' },
  },
});
