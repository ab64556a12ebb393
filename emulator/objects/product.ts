/** The standard objects of what is sold: Product2 and OpportunityLineItem (field lists from the object reference). */
import { standardObject } from './definition.ts';

export const product = standardObject({
  name: 'Product2',
  label: 'Product',
  labelPlural: 'Products',
  keyPrefix: '01t',
  fields: `
  Name string(255) "Product Name" required namefield
  ProductCode string(255)
  Description textarea(4000) "Product Description"
  IsActive boolean "Active"
  Family picklist(255) "Product Family"
  ExternalDataSourceId reference -> ExternalDataSource as -
  ExternalId string(255)
  DisplayUrl url(1000)
  QuantityUnitOfMeasure picklist(255)
  IsArchived boolean "Archived" readonly
  StockKeepingUnit string(180) "Product SKU"
  `,
});

export const opportunityLineItem = standardObject({
  name: 'OpportunityLineItem',
  label: 'Opportunity Product',
  labelPlural: 'Opportunity Product',
  keyPrefix: '00k',
  fields: `
  OpportunityId reference required createonly cascade -> Opportunity as Opportunity
  SortOrder int
  PricebookEntryId reference createonly -> PricebookEntry as PricebookEntry
  Product2Id reference "Product ID" createonly -> Product2 as Product2
  ProductCode string(255) readonly
  Name string(376) "Opportunity Product Name" readonly namefield
  Quantity double(10,2) required
  Discount percent(3,2)
  TotalPrice currency(16,2)
  UnitPrice currency(16,2) "Sales Price"
  ListPrice currency(16,2) readonly
  ServiceDate date "Date"
  Description string(255) "Line Description"
  `,
});
