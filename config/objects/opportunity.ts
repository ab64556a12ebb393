import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Opportunity',
  description: 'A deal.',
  required: true,
  label: 'name',
  owner: 'owner_id',
  amount: 'amount',
  history: { object: 'OpportunityFieldHistory', parent: 'OpportunityId' },
  fields: {
    account_id: { from: 'AccountId', type: 'id', description: 'Account' },
    name: { from: 'Name', type: 'text', description: 'Name of the deal' },
    stage_name: { from: 'StageName', type: 'text', description: 'Stage' },
    amount: { from: 'Amount', type: 'number', description: 'Amount in the record currency' },
    probability: { from: 'Probability', type: 'number', description: 'Chance of winning, 0 to 100' },
    forecast_category: { from: 'ForecastCategory', type: 'text', description: 'Forecast category' },
    is_closed: { from: 'IsClosed', type: 'boolean', description: 'Closed, won or lost' },
    is_won: { from: 'IsWon', type: 'boolean', description: 'Won' },
    close_on: { from: 'CloseDate', type: 'date', description: 'Day it closed or is expected to' },
    type: { from: 'Type', type: 'text', description: 'New or existing business' },
    lead_source: { from: 'LeadSource', type: 'text', description: 'Where the deal came from' },
    campaign_id: { from: 'CampaignId', type: 'id', description: 'Primary campaign' },
    next_step: { from: 'NextStep', type: 'text', description: 'Next step' },
    push_count: { from: 'PushCount', type: 'number', description: 'Times the close date moved to a later month' },
    last_stage_change_at: {
      from: 'LastStageChangeDate',
      type: 'timestamp',
      description: 'When the stage last changed',
    },
    currency_iso_code: { from: 'CurrencyIsoCode', type: 'text', description: 'Currency, in multi-currency orgs' },
    owner_id: { from: 'OwnerId', type: 'id', description: 'Owner, a user' },
    last_activity_on: {
      from: 'LastActivityDate',
      type: 'date',
      description: 'Day of the last activity; may lie in the future',
    },
  },
  entities: {
    deal: { name: 'Name', company_id: 'AccountId', amount: 'Amount', close_on: 'CloseDate', stage: 'StageName' },
  },
});
