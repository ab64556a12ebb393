/** The standard objects OpportunityHistory and ForecastingQuota (field lists from the object reference). */
import { standardObject } from './definition.ts';

export const opportunityHistory = standardObject({
  name: 'OpportunityHistory',
  label: 'Opportunity History',
  labelPlural: 'Opportunity History',
  keyPrefix: '008',
  // Salesforce writes these rows itself and never tracks their replication.
  replicateable: false,
  without: ['LastModifiedDate', 'LastModifiedById'],
  fields: `
  OpportunityId reference readonly cascade -> Opportunity as Opportunity
  StageName picklist(255) "Stage" readonly
  Amount currency(18,2) readonly
  ExpectedRevenue currency(18,2) "Expected Amount" readonly
  CloseDate date readonly
  Probability percent(3,0) "Probability (%)" readonly
  ForecastCategory picklist(40) readonly
  PrevAmount currency(18,2) "Previous Amount" readonly
  PrevCloseDate date "Previous Close Date" readonly
  `,
});

export const forecastingQuota = standardObject({
  name: 'ForecastingQuota',
  labelPlural: 'Forecasting Quotas',
  keyPrefix: '0J9',
  without: ['IsDeleted'],
  fields: `
  QuotaOwnerId reference required -> User as QuotaOwner
  StartDate date required
  IsAmount boolean readonly
  IsQuantity boolean readonly
  QuotaAmount currency(18,2)
  QuotaQuantity double(18,2)
  ForecastingTypeId reference -> ForecastingType as -
  ProductFamily string(255)
  `,
});
