/** The standard object Period: fiscal weeks, months, quarters and years (field list from the object reference). */
import { standardObject } from './definition.ts';

export const period = standardObject({
  name: 'Period',
  labelPlural: 'Fiscal Periods',
  keyPrefix: '026',
  without: ['IsDeleted', 'CreatedDate', 'CreatedById', 'LastModifiedDate', 'LastModifiedById'],
  fields: `
  FiscalYearSettingsId reference readonly -> FiscalYearSettings as FiscalYearSettings
  Type picklist(40) readonly restricted : Month|Quarter|Week|Year
  StartDate date required readonly
  EndDate date required readonly
  IsForecastPeriod boolean readonly
  QuarterLabel picklist(255) "Quarter Name" readonly
  PeriodLabel picklist(255) "Period Name" readonly
  Number int readonly
  FullyQualifiedLabel string(80) readonly
  `,
});
