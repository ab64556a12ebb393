/** The history objects Salesforce writes for tracked fields, and which fields a new org here tracks. */
import { standardObject, type SObject } from './definition.ts';

function historyObject(name: string, label: string, parent: string): SObject {
  return standardObject({
    name,
    label,
    labelPlural: label,
    keyPrefix: '017',
    // Salesforce writes these rows itself and tracks neither their edits nor their replication.
    replicateable: false,
    without: ['LastModifiedDate', 'LastModifiedById', 'SystemModstamp'],
    fields: `
    ${parent}Id reference "${parent} ID" required readonly cascade -> ${parent} as ${parent}
    Field picklist(255) "Changed Field" required readonly restricted
    DataType picklist(40) "Datatype" readonly restricted
    OldValue anyType readonly
    NewValue anyType readonly
    `,
  });
}

export const historyObjects = [
  historyObject('AccountHistory', 'Account History', 'Account'),
  historyObject('ContactHistory', 'Contact History', 'Contact'),
  historyObject('LeadHistory', 'Lead History', 'Lead'),
  historyObject('OpportunityFieldHistory', 'Opportunity Field History', 'Opportunity'),
];

/** Where the history of an object's fields is kept; undefined for objects without. */
export function historyOf(object: string): string | undefined {
  return historyObjects.find(({ fields }) => fields.some(({ name }) => name === `${object}Id`))?.name;
}

/** Salesforce tracks at most so many fields of an object. */
export const mostTracked = 20;

/** An admin chooses them; these are the usual choice. */
export const trackedAtFirst: Partial<Record<string, string[]>> = {
  Account: words(`Name OwnerId ParentId Type Industry Rating AccountSource Phone Website NumberOfEmployees AnnualRevenue
    BillingStreet BillingCity BillingState BillingPostalCode BillingCountry`),
  Contact: words(`FirstName LastName AccountId OwnerId Email Phone MobilePhone Title Department LeadSource DoNotCall
    HasOptedOutOfEmail MailingStreet MailingCity MailingState MailingPostalCode MailingCountry`),
  Lead: words(`FirstName LastName Company OwnerId Status Email Phone MobilePhone Title Industry Rating LeadSource Website
    NumberOfEmployees AnnualRevenue Street City State PostalCode Country`),
  Opportunity: words(`Name AccountId OwnerId StageName Amount Probability CloseDate NextStep Type LeadSource
    ForecastCategoryName CampaignId`),
};

function words(text: string): string[] {
  return text.split(/\s+/);
}
