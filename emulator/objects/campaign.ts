/** The standard objects Campaign and CampaignMember (field lists from the object reference). */
import { standardObject } from './definition.ts';

export const campaign = standardObject({
  name: 'Campaign',
  labelPlural: 'Campaigns',
  keyPrefix: '701',
  fields: `
  Name string(80) required namefield idlookup
  ParentId reference "Parent Campaign ID" -> Campaign as Parent
  Type picklist(40) : Conference|Webinar|Trade Show|Public Relations|Partners|Referral Program|Advertisement|Banner Ads|Direct Mail|Email|Telemarketing|Other
  Status picklist(40) : Planned|In Progress|Completed|Aborted
  StartDate date
  EndDate date
  ExpectedRevenue currency(18,0)
  BudgetedCost currency(18,0)
  ActualCost currency(18,0)
  ExpectedResponse percent(10,2) "Expected Response (%)"
  NumberSent double(18,0) "Num Sent"
  IsActive boolean "Active"
  Description textarea(32000)
  NumberOfLeads int "Leads in Campaign" readonly
  NumberOfConvertedLeads int "Converted Leads in Campaign" readonly
  NumberOfContacts int "Contacts in Campaign" readonly
  NumberOfResponses int "Responses in Campaign" readonly
  NumberOfOpportunities int "Opportunities in Campaign" readonly
  NumberOfWonOpportunities int "Won Opportunities in Campaign" readonly
  AmountAllOpportunities currency(18,0) "Value Opportunities in Campaign" readonly
  AmountWonOpportunities currency(18,0) "Value Won Opportunities in Campaign" readonly
  OwnerId reference required defaulted -> User as Owner
  LastActivityDate date "Last Activity" readonly
  `,
});

export const campaignMember = standardObject({
  name: 'CampaignMember',
  labelPlural: 'Campaign Members',
  keyPrefix: '00v',
  fields: `
  CampaignId reference required createonly cascade -> Campaign as Campaign
  LeadId reference createonly cascade -> Lead as Lead
  ContactId reference createonly cascade -> Contact as Contact
  Status picklist(40) : Sent|Responded
  HasResponded boolean "Responded" readonly
  FirstRespondedDate date readonly
  Name string(255) readonly namefield
  FirstName string(40) readonly
  LastName string(80) readonly
  Title string(128) readonly
  CompanyOrAccount string(255) "Company or Account" readonly
  Email email(80) readonly
  Phone phone(40) readonly
  LeadSource picklist(40) readonly
  Type string(40) readonly
  LeadOrContactId reference readonly -> Contact,Lead as LeadOrContact
  LeadOrContactOwnerId reference readonly -> Group,User as LeadOrContactOwner
  `,
});
